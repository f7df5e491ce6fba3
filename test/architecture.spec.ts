import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = join(import.meta.dirname, '../src');

/** A rule names the folder it binds and the places inside `src` that its files may import from. */
const RULES = [
  { from: 'events/', only: [], because: 'the vocabulary depends on nothing' },
  { from: 'config/', only: [], because: 'settings are read before anything else exists' },
  {
    from: 'normalization/',
    only: ['events/', 'metrics/'],
    because: 'a step is testable without Nest, Postgres or Kafka',
  },
  { from: 'event-log/', only: ['config/', 'resilience/'], because: 'the log does not know what an event means' },
  { from: 'metrics/', only: [], because: 'whoever counts depends on it, and it on nobody' },
  {
    from: 'deduplication/',
    only: ['config/', 'metrics/', 'resilience/'],
    because: 'it knows ids, and neither what an event means nor where it goes',
  },
  { from: 'resilience/', only: [], because: 'it knows how to wait and how to fail, and not for what' },
  {
    from: 'database/',
    only: ['config/', 'metrics/', 'resilience/', 'health/conditions'],
    because: 'tables do not know what an event means',
  },
  { from: 'secrets/', only: ['config/', 'resilience/'], because: 'it does not know what the secrets are for' },
  {
    from: 'auth/',
    only: ['events/', 'config/', 'database/', 'metrics/', 'resilience/', 'health/conditions'],
    because: 'who may send is decided before what is sent',
  },
  {
    from: 'destinations/handlers/*/',
    only: ['events/', 'resilience/', 'destinations/contract/'],
    because: 'a destination can be read, copied and deleted alone',
  },
  {
    from: 'destinations/delivery/*',
    not: ['ingestion/', 'admin/', 'auth/', 'normalization/'],
    because: 'delivery sees the log only',
  },
  {
    from: '*',
    not: ['ingestion/', 'admin/'],
    except: ['app.module.ts', 'server/', 'ingestion/', 'admin/'],
    because: 'they are the outside',
  },
];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .sort();

interface Source {
  readonly file: string;
  readonly text: string;
  /** Paths inside `src` that it imports. */
  readonly imports: readonly string[];
}

const sources: Source[] = files.map((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) => path ?? '');
  const imports = specifiers.map((path) =>
    relative(SRC, join(SRC, dirname(file), path)).replace(/\.js$/, '.ts'),
  );
  return { file, text, imports: imports.filter((path) => !path.startsWith('..')) };
});

/** `*` in a rule stands for one folder. */
const matcher = (pattern: string) =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*/', '[^/]+/').replaceAll('*', '.*')}`);
const homeOf = (file: string, pattern: string) => matcher(pattern).exec(file)?.[0];

describe('the house plan', () => {
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

  it('has no import cycle', () => {
    const graph = new Map(sources.map(({ file, imports }) => [file, imports]));
    const done = new Set<string>();
    const visit = (file: string, path: readonly string[]): string[] => {
      if (path.includes(file)) return [[...path.slice(path.indexOf(file)), file].join(' → ')];
      if (done.has(file)) return [];
      const found = (graph.get(file) ?? []).flatMap((next) => visit(next, [...path, file]));
      done.add(file);
      return found;
    };
    expect(files.flatMap((file) => visit(file, []))).toEqual([]);
  });

  it('reads the environment in config/ only', () => {
    const readers = sources.filter(
      ({ file, text }) => text.includes('process.env') && !file.startsWith('config/'),
    );
    expect(readers.map(({ file }) => file)).toEqual([]);
  });

  it('has neither forwardRef, nor request scope, nor a barrel', () => {
    const faulty = sources.filter(
      ({ file, text }) =>
        /forwardRef\(|Scope\.REQUEST/.test(text) ||
        (/^export \* from/m.test(text) && file.endsWith('index.ts')),
    );
    expect(faulty.map(({ file }) => file)).toEqual([]);
  });

  it('keeps its files small: none over 200 lines, median at most 50', () => {
    const sizes = sources
      .map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
      .sort((a, b) => a.lines - b.lines);
    expect(sizes.filter(({ lines }) => lines > 200)).toEqual([]);
    expect(sizes[Math.floor(sizes.length / 2)]?.lines).toBeLessThanOrEqual(50);
  });
});
