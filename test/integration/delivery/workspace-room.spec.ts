import { type DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.js';
import { connect } from '../../../src/database/connection/connect.js';
import { runMigrations } from '../../../src/database/connection/run-migrations.js';
import { type RowKind, WorkspaceRoom } from '../../../src/destinations/delivery/quotas/workspace-room.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let dataSource: DataSource;
let room: WorkspaceRoom;

beforeEach(async () => {
  database = await freshDatabase();
  await runMigrations(database);
  dataSource = await connect(database);
  room = new WorkspaceRoom(dataSource, loadConfig({ QUOTAS: 'waitingDeliveries=10,deadLetters=10' }));
  await dataSource.query(`INSERT INTO workspaces (id, name) VALUES ('wsp_1', 'one'), ('wsp_2', 'two')`);
  await dataSource.query(
    `INSERT INTO destinations (id, workspace_id, type, name, settings)
     SELECT 'dst_' || n, 'wsp_' || (n % 2 + 1), 't', 'd' || n, '{}' FROM generate_series(1, 4) n`,
  );
});

afterEach(async () => {
  vi.useRealTimers();
  await dataSource.destroy();
  await database.drop();
});

const INSERT: Readonly<Record<RowKind, string>> = {
  waitingDeliveries: `
    INSERT INTO deliveries (destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_reason)
    SELECT $1, 'o' || n, 'm', '{}', 1, now(), now(), 'r' FROM generate_series(1, $2::int) n`,
  deadLetters: `
    INSERT INTO dead_letters (id, destination_id, source_id, origin, message_id, event_type, event, reason, attempts, first_failed_at)
    SELECT $1 || n, $1, 's', 'o' || n, 'm', 'track', '{}', 'r', 1, now() FROM generate_series(1, $2::int) n`,
};
const add = (kind: RowKind, destination: string, count: number) =>
  dataSource.query(INSERT[kind], [destination, count]);

describe.each<RowKind>(['waitingDeliveries', 'deadLetters'])('the room for %s', (kind) => {
  const take = (rows: number, workspace = 'wsp_1') => room.take(workspace, kind, rows);

  it('is what the quota leaves beside the rows of all destinations of the workspace', async () => {
    await add(kind, 'dst_2', 3);
    await add(kind, 'dst_4', 4);
    await add(kind, 'dst_1', 9);
    expect([await take(2), await take(2), await take(2)]).toEqual([2, 1, 0]);
    expect(await take(5, 'wsp_2')).toBe(1);
  });

  it('can be given back', async () => {
    expect(await take(8)).toBe(8);
    room.giveBack('wsp_1', kind, 3);
    expect(await take(9)).toBe(5);
  });

  it('follows the own quota of the workspace, also beneath what it has', async () => {
    await add(kind, 'dst_2', 6);
    const column = kind === 'deadLetters' ? 'dead_letters' : 'waiting_deliveries';
    await dataSource.query(`INSERT INTO workspace_quotas (id, ${column}) VALUES ('wsp_1', 4), ('wsp_2', 20)`);
    expect(await take(1)).toBe(0);
    expect(await take(99, 'wsp_2')).toBe(20);
  });

  it('is counted again after a while, and soon where there was none', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    expect(await take(4)).toBe(4);
    await add(kind, 'dst_2', 5);
    vi.advanceTimersByTime(29_000);
    expect(await take(6)).toBe(6);
    expect([await take(9), await take(9)]).toEqual([5, 0]);
    vi.advanceTimersByTime(1_999);
    expect(await take(9)).toBe(0);
    await add(kind, 'dst_4', 4);
    vi.advanceTimersByTime(2);
    expect(await take(9)).toBe(1);
  });
});
