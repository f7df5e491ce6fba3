import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChangeWatch } from '../../database/change-watch.js';
import { hashOf } from '../../database/credential.js';
import { SnapshotFile } from './snapshot-file.js';
import { WriteKeySnapshot } from './write-key-snapshot.js';
import { type WriteKeyRow } from '../keys/write-key-rows.js';

const row = (key: string, more: Partial<WriteKeyRow> = {}): WriteKeyRow => ({
  id: `wkey_${key}`,
  hash: hashOf(key).toString('base64'),
  expires_at: null,
  revoked: false,
  policy: null,
  source_id: 'src_1',
  workspace_id: 'wsp_1',
  enabled: true,
  workspace_limit: 50,
  ...more,
});

const SERVERS_ONLY =
  '{"scopes":["server"],"allowedOrigins":["https://a.example"],"allowedCidrs":["10.0.0.0/8"],"rateLimit":7}';
const ROWS = [
  row('plain'),
  row('second', { policy: SERVERS_ONLY }),
  row('other', { enabled: false, source_id: 'src_2', workspace_limit: null, policy: SERVERS_ONLY }),
  row('old', { expires_at: 1_000, revoked: true }),
];

let folder: string;
let queries: number;
let away: boolean;
let changes: ChangeWatch;
let file: SnapshotFile;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-snapshot-'));
  file = new SnapshotFile(join(folder, 'data', 'write-keys.snapshot'));
  queries = 0;
  away = false;
});
afterEach(() => rm(folder, { recursive: true }));

async function start(): Promise<WriteKeySnapshot> {
  const query = (text: string) => {
    queries += 1;
    if (away) return Promise.reject(new Error('Postgres is away'));
    if (text.includes('config_version')) return Promise.resolve([{ version: '1' }]);
    const isState = text.includes('pg_current_snapshot');
    return Promise.resolve(isState ? [{ xid: '7', server: 'a', passed: null, total: ROWS.length }] : ROWS);
  };
  const transaction = (_: string, work: (manager: object) => unknown) => work({ query });
  changes = new ChangeWatch({ query } as never, 60_000);
  const snapshot = new WriteKeySnapshot({ transaction } as never, changes, file);
  await snapshot.onModuleInit();
  return snapshot;
}

async function stop(snapshot: WriteKeySnapshot): Promise<void> {
  await changes.onModuleDestroy();
  await snapshot.onApplicationShutdown();
}

describe('WriteKeySnapshot', () => {
  it('knows a key, whether it is still good or not, and what its source may', async () => {
    const snapshot = await start();
    expect(snapshot.find('plain')).toEqual({
      id: 'wkey_plain',
      source: { id: 'src_1', workspaceId: 'wsp_1', enabled: true, workspaceLimit: 50 },
      expiresAt: Infinity,
      revoked: false,
      policy: undefined,
    });
    expect(snapshot.find('old')).toMatchObject({ expiresAt: 1_000, revoked: true });
    expect(snapshot.find('other')).toMatchObject({ source: { enabled: false, workspaceLimit: null } });
    await stop(snapshot);
  });

  it('keeps one object for what keys have in common', async () => {
    const snapshot = await start();
    expect(snapshot.find('plain')?.source).toBe(snapshot.find('second')?.source);
    expect(snapshot.find('second')?.policy).toBe(snapshot.find('other')?.policy);
    await stop(snapshot);
  });

  it('does not know a key that nobody has, and asks nobody for it', async () => {
    const snapshot = await start();
    const before = queries;
    for (const key of ['unknown', '', 'plain']) snapshot.find(key);
    expect(snapshot.find('unknown')).toBeUndefined();
    expect(snapshot.find('')).toBeUndefined();
    expect(queries).toBe(before);
    await stop(snapshot);
  });

  it('says where its keys come from, and as of when', async () => {
    const before = Date.now();
    const snapshot = await start();
    expect(snapshot.state()).toMatchObject({ from: 'postgres', keys: 4 });
    expect(snapshot.state().asOf.getTime()).toBeGreaterThanOrEqual(before);
    await stop(snapshot);
  });
});

describe('a worker that leaves the file to another one', () => {
  it('neither writes nor confirms it, and reads it while Postgres is away', async () => {
    const path = join(folder, 'data', 'write-keys.snapshot');
    file = new SnapshotFile(path, { isReadOnly: true });
    await stop(await start());
    expect(existsSync(path)).toBe(false);

    file = new SnapshotFile(path);
    await stop(await start());
    const before = statSync(path).mtimeMs;
    file = new SnapshotFile(path, { isReadOnly: true });
    away = true;
    const second = await start();
    expect(second.state()).toMatchObject({ from: 'disk', keys: ROWS.length });
    await stop(second);
    expect(statSync(path).mtimeMs).toBe(before);
  });
});

describe('a start while Postgres is away', () => {
  it('serves the keys of the last time from disk, with all that was known of them', async () => {
    const first = await start();
    await stop(first);
    away = true;
    const second = await start();
    for (const key of ['plain', 'second', 'other', 'old']) expect(second.find(key)).toEqual(first.find(key));
    expect(second.state()).toEqual({ from: 'disk', asOf: first.state().asOf, keys: 4 });
    await stop(second);
  });

  it('fails as Postgres does when there is nothing on disk', async () => {
    away = true;
    await expect(start()).rejects.toThrow('Postgres is away');
  });

  it('fails as Postgres does when the file is damaged', async () => {
    await stop(await start());
    await writeFile(join(folder, 'data', 'write-keys.snapshot'), '{}\n');
    away = true;
    await expect(start()).rejects.toThrow('Postgres is away');
  });
});
