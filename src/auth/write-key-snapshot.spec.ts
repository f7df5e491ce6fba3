import { beforeEach, describe, expect, it } from 'vitest';
import { ChangeWatch } from '../database/change-watch.js';
import { hashOf } from '../database/credential.js';
import { WriteKeySnapshot } from './write-key-snapshot.js';

const row = (key: string, more: object = {}) => ({
  hash: hashOf(key),
  expires_at: null,
  source_id: 'src_1',
  workspace_id: 'wsp_1',
  enabled: true,
  ...more,
});

let queries: number;
let snapshot: WriteKeySnapshot;

beforeEach(async () => {
  queries = 0;
  const rows = [
    row('plain'),
    row('second'),
    row('expires', { expires_at: new Date(1_000) }),
    row('disabled', { enabled: false, source_id: 'src_2' }),
  ];
  const database = { query: () => Promise.resolve((queries += 1) === 1 ? [{ version: '1' }] : rows) };
  const changes = new ChangeWatch(database as never, 60_000);
  snapshot = new WriteKeySnapshot(database as never, changes);
  await snapshot.onModuleInit();
  await changes.onModuleDestroy();
});

describe('WriteKeySnapshot', () => {
  it('knows the source of a key', () => {
    expect(snapshot.resolve('plain')).toEqual({ id: 'src_1', workspaceId: 'wsp_1' });
    expect(snapshot.resolve('second')).toBe(snapshot.resolve('plain'));
  });

  it('does not know a key that nobody has', () => {
    expect(snapshot.resolve('other')).toBeUndefined();
    expect(snapshot.resolve('')).toBeUndefined();
  });

  it('lets a key expire to the millisecond', () => {
    expect(snapshot.resolve('expires', 999)).toMatchObject({ id: 'src_1' });
    expect(snapshot.resolve('expires', 1_000)).toBeUndefined();
  });

  it('says when the source is turned off', () => {
    expect(snapshot.resolve('disabled')).toBe('disabled');
  });

  it('asks the database at its start only', () => {
    for (const key of ['plain', 'other', 'disabled']) snapshot.resolve(key);
    expect(queries).toBe(2);
  });
});
