import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type NameServer, startNameServer } from '../../../../test/support/name-server.js';
import { HostNames } from './host-names.js';
import { NameLookupFailed } from './name-lookup-failed.js';
import { type NameAnswer, type queryName } from './name-query.js';
import { SystemNames } from './system-names.js';

const silence = () => new Promise<never>(() => undefined);
const EAI_AGAIN = { name: 'NameLookupFailed', code: 'EAI_AGAIN' };
const ENOTFOUND = { name: 'NameLookupFailed', code: 'ENOTFOUND' };

let folder: string;
let server: NameServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'names-'));
  files();
  server = await startNameServer({
    'both.test': ['2001:db8::1', '192.0.2.1', '192.0.2.2'],
    'six.test': ['2001:db8::1'],
    'silent.test': 'silent',
    'broken.test': 'servfail',
    'db.svc.cluster.test': ['10.0.0.7'],
    'empty.test': [],
  });
});

afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

function files(hosts = '', resolver = ''): { hosts: string; resolver: string } {
  const paths = { hosts: join(folder, 'hosts'), resolver: join(folder, 'resolv.conf') };
  writeFileSync(paths.hosts, hosts);
  writeFileSync(paths.resolver, resolver);
  return paths;
}

const namesWith = (hosts?: string, resolver?: string): HostNames =>
  new HostNames({ servers: [server.address], system: new SystemNames(files(hosts, resolver)) });

/** Names of a zone that a test answers itself, with a clock of its own. */
function scripted() {
  const clock = { ms: 0 };
  const query = vi.fn<typeof queryName>();
  const system = new SystemNames(files(), () => clock.ms);
  return { clock, query, names: new HostNames({ query, system, now: () => clock.ms }) };
}

describe('HostNames', () => {
  it('asks a name server for both families, and puts IPv4 first', async () => {
    const addresses = await namesWith().resolve('Both.test');
    expect([...addresses].sort()).toEqual(['192.0.2.1', '192.0.2.2', '2001:db8::1']);
    expect([...server.questions].sort()).toEqual(['A both.test', 'AAAA both.test']);
  });

  it('resolves a name with IPv6 addresses only, and one family on request', async () => {
    const names = namesWith();
    expect(await names.resolve('six.test')).toEqual(['2001:db8::1']);
    expect(await names.resolve('both.test', 6)).toEqual(['2001:db8::1']);
    await expect(names.resolve('six.test', 4)).rejects.toMatchObject(ENOTFOUND);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8::1', '2001:db8::1'],
    ['127.1', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0177.0.0.1', '127.0.0.1'],
  ])('takes %s as an address, without a name server', async (host, address) => {
    expect(await namesWith().resolve(host)).toEqual([address]);
    expect(server.questions).toEqual([]);
  });

  it.each([
    ['missing.test', ENOTFOUND],
    ['empty.test', ENOTFOUND],
    [`${'x'.repeat(64)}.test`, ENOTFOUND],
    ['broken.test', EAI_AGAIN],
  ])('rejects %s with the code of dns.lookup', async (host, failure) => {
    await expect(namesWith().resolve(host)).rejects.toMatchObject(failure);
  });

  it('rejects when no name server listens', async () => {
    const names = new HostNames({ servers: ['127.0.0.1:1'], system: new SystemNames(files()) });
    await expect(names.resolve('both.test')).rejects.toMatchObject(EAI_AGAIN);
  });

  it('resolves a name at once while eight others get no answer', async () => {
    const names = namesWith();
    const silent = Array.from({ length: 8 }, (_, number) => `n${number}.silent.test`);
    for (const name of silent) server.zone.set(name, 'silent');
    const settled: string[] = [];
    const pending = silent.map((name) => names.resolve(name).catch(() => settled.push(name)));
    await vi.waitFor(() => expect(server.questions).toHaveLength(16));
    expect(await names.resolve('both.test')).toContain('192.0.2.1');
    expect(settled).toEqual([]);
    await Promise.all(pending);
    expect(settled).toHaveLength(8);
  }, 10_000);

  it('takes at most 16 addresses of each family', async () => {
    // As many as one UDP message may carry here.
    server.zone.set(
      'many.test',
      Array.from({ length: 20 }, (_, number) => `192.0.2.${number}`),
    );
    expect(await namesWith().resolve('many.test')).toHaveLength(16);
  });

  it('makes one lookup for all callers of a name', async () => {
    const names = namesWith();
    const all = await Promise.all(Array.from({ length: 20 }, () => names.resolve('both.test')));
    expect(new Set(all.map(String)).size).toBe(1);
    expect(server.questions).toHaveLength(2);
  });
});

describe('an answer about a name', () => {
  const answer = (ttlMs: number): NameAnswer => ({ addresses: ['192.0.2.1'], ttlMs });

  it.each([
    [0, 1_000],
    [30_000, 30_000],
    [86_400_000, 60_000],
  ])('with a lifetime of %i ms is remembered for %i ms', async (ttlMs, keptMs) => {
    const { clock, query, names } = scripted();
    query.mockImplementation(() => Promise.resolve(answer(ttlMs)));
    await names.resolve('a.test');
    clock.ms = keptMs - 1;
    await names.resolve('a.test');
    expect(query).toHaveBeenCalledTimes(1);
    clock.ms = keptMs;
    await names.resolve('a.test');
    expect(query).toHaveBeenCalledTimes(2);
  });

  it('carries the lifetime of its records', async () => {
    const { clock } = scripted();
    server.ttl = 2;
    const system = new SystemNames(files());
    const names = new HostNames({ servers: [server.address], system, now: () => clock.ms });
    await names.resolve('both.test');
    clock.ms = 1_999;
    await names.resolve('both.test');
    expect(server.questions).toHaveLength(2);
    clock.ms = 2_000;
    await names.resolve('both.test');
    expect(server.questions).toHaveLength(4);
  });

  it('that there is none is remembered for five seconds, and its lookup starts anew', async () => {
    const { clock, query, names } = scripted();
    query.mockRejectedValue(new NameLookupFailed('ENOTFOUND'));
    for (const [ms, calls] of [
      [0, 1],
      [4_999, 1],
      [5_000, 2],
      [9_999, 2],
      [10_000, 3],
    ] as const) {
      clock.ms = ms;
      await expect(names.resolve('a.test')).rejects.toMatchObject(ENOTFOUND);
      expect(query).toHaveBeenCalledTimes(calls);
    }
  });

  it('that does not come is remembered for longer each time, up to 30 s, until an answer comes', async () => {
    const { clock, query, names } = scripted();
    query.mockRejectedValue(new NameLookupFailed('EAI_AGAIN'));
    let calls = 0;
    for (const keptMs of [5_000, 10_000, 20_000, 30_000, 30_000]) {
      await expect(names.resolve('a.test')).rejects.toMatchObject(EAI_AGAIN);
      clock.ms += keptMs - 1;
      await expect(names.resolve('a.test')).rejects.toMatchObject(EAI_AGAIN);
      expect(query).toHaveBeenCalledTimes((calls += 1));
      clock.ms += 1;
    }
    query.mockResolvedValueOnce(answer(1_000));
    expect(await names.resolve('a.test')).toEqual(['192.0.2.1']);
    clock.ms += 1_000;
    await expect(names.resolve('a.test')).rejects.toMatchObject(EAI_AGAIN);
    clock.ms += 5_000;
    await expect(names.resolve('a.test')).rejects.toMatchObject(EAI_AGAIN);
    expect(query).toHaveBeenCalledTimes(calls + 3);
  });

  it('is not awaited by more than 128 names that were silent before, and a new name still has a place', async () => {
    const { clock, query, names } = scripted();
    const silent = Array.from({ length: 130 }, (_, number) => `n${number}.test`);
    query.mockRejectedValue(new NameLookupFailed('EAI_AGAIN'));
    for (const name of silent) await expect(names.resolve(name)).rejects.toMatchObject(EAI_AGAIN);
    clock.ms = 5_000;
    query.mockReset().mockImplementation(silence);
    const refused = silent.map((name) => names.resolve(name)).slice(128);
    for (const one of refused) await expect(one).rejects.toMatchObject(EAI_AGAIN);
    expect(query).toHaveBeenCalledTimes(128);
    query.mockResolvedValue(answer(1_000));
    expect(await names.resolve('neighbour.test')).toEqual(['192.0.2.1']);
  });

  it('is not awaited for more than 1,024 names', async () => {
    const { query, names } = scripted();
    query.mockImplementation(silence);
    const all = Array.from({ length: 1_025 }, (_, number) => names.resolve(`n${number}.test`));
    await expect(all.at(-1)).rejects.toMatchObject(EAI_AGAIN);
    expect(query).toHaveBeenCalledTimes(1_024);
  });

  it('is forgotten when 10,000 newer ones are there', async () => {
    const { query, names } = scripted();
    query.mockImplementation(() => Promise.resolve(answer(60_000)));
    for (let number = 0; number <= 10_000; number += 1) await names.resolve(`n${number}.test`);
    await names.resolve('n1.test');
    expect(query).toHaveBeenCalledTimes(10_001);
    await names.resolve('n0.test');
    expect(query).toHaveBeenCalledTimes(10_002);
  });
});

describe('the files of the system', () => {
  it('name addresses before any name server does', async () => {
    const names = namesWith('# ours\n10.0.0.8 Db.test db # primary\n2001:db8::8\tdb.test\nnonsense x\n');
    expect(await names.resolve('DB.test')).toEqual(expect.arrayContaining(['10.0.0.8', '2001:db8::8']));
    expect(await names.resolve('db')).toEqual(['10.0.0.8']);
    expect(server.questions).toEqual([]);
  });

  it('need not name localhost', async () => {
    const names = namesWith();
    for (const name of ['localhost', 'LOCALHOST.', 'app.localhost'])
      expect([...(await names.resolve(name))].sort()).toEqual(['127.0.0.1', '::1']);
    expect(await namesWith('127.0.0.9 localhost').resolve('localhost')).toEqual(['127.0.0.9']);
    expect(server.questions).toEqual([]);
  });

  const CLUSTER = 'search old.test\nsearch ns.svc.cluster.test svc.cluster.test.\noptions ndots:5 edns0\n';

  it('give search domains to names with few dots', async () => {
    expect(await namesWith('', CLUSTER).resolve('db')).toEqual(['10.0.0.7']);
    expect(server.questions.filter((one) => one.startsWith('A '))).toEqual([
      'A db.ns.svc.cluster.test',
      'A db.svc.cluster.test',
    ]);
  });

  it.each([
    ['both.test', CLUSTER, ['both.test.ns.svc.cluster.test', 'both.test.svc.cluster.test', 'both.test']],
    ['both.test.', CLUSTER, ['both.test']],
    ['both.test', 'domain svc.cluster.test', ['both.test']],
  ])('look up %s in this order: %#', async (name, resolver, order) => {
    expect(await namesWith('', resolver).resolve(name)).toContain('192.0.2.1');
    const questions = server.questions.filter((one) => one.startsWith('A '));
    expect(questions).toEqual(order.map((one) => `A ${one}`));
  });

  it('may name a search domain that is broken, but silence ends the search', async () => {
    server.zone.set('both.test.broken.test', 'servfail').set('both.test.silent.test', 'silent');
    const search = (domain: string): string => `search ${domain}\noptions ndots:9`;
    expect(await namesWith('', search('broken.test')).resolve('both.test')).toContain('192.0.2.1');
    server.questions.length = 0;
    await expect(namesWith('', search('silent.test')).resolve('both.test')).rejects.toMatchObject(EAI_AGAIN);
    expect(server.questions).not.toContain('A both.test');
  }, 10_000);

  it('are read again within five seconds of a change, and may be missing', () => {
    const { clock } = scripted();
    const paths = files('10.0.0.8 db');
    const system = new SystemNames(paths, () => clock.ms);
    expect(system.addressesOf('db')).toEqual(['10.0.0.8']);
    writeFileSync(paths.hosts, '10.0.0.10 db');
    expect(system.addressesOf('db')).toEqual(['10.0.0.8']);
    clock.ms = 5_000;
    expect(system.addressesOf('db')).toEqual(['10.0.0.10']);
    rmSync(paths.hosts);
    clock.ms = 10_000;
    expect(system.addressesOf('db')).toBeUndefined();
  });
});
