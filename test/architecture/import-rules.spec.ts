import { describe, expect, it } from 'vitest';
import { sources } from './sources.js';

/** A rule names the folder it binds and the places inside `src` that its files may import from. */
const RULES = [
  { from: 'events/', only: [], because: 'the vocabulary depends on nothing' },
  { from: 'config/', only: ['events/'], because: 'settings are read before anything else exists' },
  { from: 'resilience/', only: [], because: 'it knows how to wait and how to fail, and not for what' },
  { from: 'metrics/', only: [], because: 'every counter is declared in one place that depends on nothing' },
  { from: 'logging/', only: ['config/'], because: 'log lines know nothing of what they report' },
  { from: 'arrivals/', only: ['config/', 'events/'], because: 'it counts bytes, and not what they mean' },
  {
    from: 'workers/',
    only: ['config/', 'logging/', 'metrics/', 'resilience/'],
    because: 'it knows processes, and not what they serve',
  },
  {
    from: 'normalization/',
    only: ['events/', 'metrics/'],
    because: 'a step is testable without Nest, Postgres or Kafka',
  },
  { from: 'kafka-login/', only: [], because: 'the log and the destination log in alike' },
  {
    from: 'event-log/',
    only: ['config/', 'kafka-login/', 'resilience/'],
    because: 'the log does not know what an event means',
  },
  {
    from: 'deduplication/',
    only: ['config/', 'metrics/', 'resilience/'],
    because: 'it knows ids, and neither what an event means nor where it goes',
  },
  {
    from: 'database/',
    only: ['config/', 'metrics/', 'resilience/', 'health/conditions'],
    because: 'tables do not know what an event means',
  },
  {
    from: 'secrets/',
    only: ['config/', 'resilience/'],
    because: 'it does not know what the secrets are for',
  },
  {
    from: 'auth/',
    only: ['events/', 'config/', 'database/', 'metrics/', 'resilience/', 'health/conditions'],
    because: 'who may send is decided before what is sent',
  },
  {
    from: 'destinations/contract/',
    only: ['events/', 'resilience/'],
    because: 'a handler depends on the contract alone, so the contract depends on nothing of ours',
  },
  {
    from: 'destinations/handlers/*/',
    only: ['events/', 'kafka-login/', 'resilience/', 'destinations/contract/'],
    because: 'a destination can be read, copied and deleted alone',
  },
  {
    from: 'destinations/outgoing/',
    only: [
      'config/',
      'events/',
      'metrics/',
      'resilience/',
      'destinations/contract/',
      'destinations/settings/setting-fault',
    ],
    because: 'it decides which addresses are reachable, and not what is sent there',
  },
  {
    from: 'destinations/bulkhead/',
    only: ['config/', 'events/', 'metrics/', 'resilience/', 'destinations/contract/'],
    because: 'it knows processes and calls, and neither destinations nor what a handler does',
  },
  {
    from: 'destinations/delivery/',
    not: ['ingestion/', 'admin/', 'auth/', 'normalization/', 'destinations/replay/'],
    because: 'delivery sees the log only, and replay is its neighbour',
  },
  {
    from: 'destinations/replay/',
    not: ['ingestion/', 'admin/', 'auth/', 'normalization/'],
    because: 'a replay is a delivery of past events',
  },
  {
    from: '*',
    not: ['ingestion/', 'admin/'],
    except: ['app.module.ts', 'server/', 'ingestion/', 'admin/'],
    because: 'they are the outside',
  },
];

/** The rooms of delivery in their order: each imports only itself and the rooms before it. */
const DELIVERY_ROOMS = [
  'model',
  'quotas',
  'ledger',
  'directory',
  'backlog',
  'call',
  'engine',
  'retry',
  'consume',
];

/** `*` in a rule stands for one folder. */
const matcher = (pattern: string) =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*/', '[^/]+/').replaceAll('*', '.*')}`);
const homeOf = (file: string, pattern: string) => matcher(pattern).exec(file)?.[0];

describe('imports between rooms', () => {
  it.each(RULES)('$from: $because', (rule) => {
    const faults = sources.flatMap(({ file, imports }) => {
      const home = homeOf(file, rule.from);
      if (home === undefined || rule.except?.some((place) => file.startsWith(place))) return [];
      const outside = imports.filter((path) => rule.not !== undefined || !path.startsWith(home));
      const bad = outside.filter((path) =>
        rule.only
          ? !rule.only.some((place) => path.startsWith(place))
          : rule.not.some((place) => path.startsWith(place)),
      );
      return bad.map((path) => `${file} imports ${path}`);
    });
    expect(faults).toEqual([]);
  });

  it('go downward inside delivery', () => {
    const roomOf = (path: string): number =>
      DELIVERY_ROOMS.findIndex((room) => path.startsWith(`destinations/delivery/${room}/`));
    const faults = sources
      .filter(({ file }) => roomOf(file) !== -1)
      .flatMap(({ file, imports }) =>
        imports.filter((path) => roomOf(path) > roomOf(file)).map((path) => `${file} imports ${path}`),
      );
    expect(faults).toEqual([]);
  });

  it('name every folder of src in a rule or are those of an entry point', () => {
    const bound = (file: string) =>
      RULES.some(({ from }) => from !== '*' && homeOf(file, from) !== undefined);
    const unbound = sources
      .filter(({ file }) => !bound(file))
      .map(({ file }) => file.split('/').slice(0, 2).join('/'));
    const places = new Set(unbound.map((place) => place.replace(/\/.*/, '')));
    const known = ['admin', 'destinations', 'health', 'ingestion', 'server'];
    expect([...places].filter((place) => !known.includes(place) && !place.endsWith('.ts'))).toEqual([]);
  });

  it('of kafkajs are in the Kafka driver, the Kafka destination and their login only', () => {
    const users = sources.filter(({ text }) => text.includes("from 'kafkajs'")).map(({ file }) => file);
    expect(users.length).toBeGreaterThan(0);
    expect(
      users.filter((file) => !/^(?:event-log\/kafka|destinations\/handlers\/kafka|kafka-login)\//.test(file)),
    ).toEqual([]);
  });
});
