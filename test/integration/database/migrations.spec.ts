import { type DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/database/connection/connect.js';
import { AdminToken } from '../../../src/database/entities/admin-token.entity.js';
import { Connection } from '../../../src/database/entities/connection.entity.js';
import { PendingDelivery } from '../../../src/database/entities/pending-delivery.entity.js';
import { Destination } from '../../../src/database/entities/destination.entity.js';
import { SourceRow } from '../../../src/database/entities/source.entity.js';
import { Workspace } from '../../../src/database/entities/workspace.entity.js';
import { WriteKey } from '../../../src/database/entities/write-key.entity.js';
import { refuseUnmigrated, runMigrations } from '../../../src/database/connection/run-migrations.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;

beforeEach(async () => {
  database = await freshDatabase();
});

afterEach(() => database.drop());

/** Takes back a migration and all later ones. */
async function undoDownTo(dataSource: DataSource, name: string): Promise<void> {
  const isApplied = async (): Promise<boolean> =>
    (await dataSource.query<unknown[]>('SELECT 1 FROM migrations WHERE name = $1', [name])).length > 0;
  while (await isApplied()) await dataSource.undoLastMigration();
}

describe('migrations', () => {
  it('are applied once by instances that start at the same time', async () => {
    const starts = await Promise.all([1, 2, 3].map(() => runMigrations(database)));
    expect(starts.flat()).toEqual([
      'CreateTables1795219200000',
      'Administration1795305600000',
      'Delivery1795392000000',
      'DeliveryOutcomes1795478400000',
      'RetryDelays1795564800000',
      'ReplayOfDeliveries1795651200000',
      'Tenancy1795737600000',
      'PostgresTls1795824000000',
      'ShedBacklogs1795910400000',
      'Quotas1795996800000',
      'Answers1796083200000',
    ]);
    expect(await runMigrations(database)).toEqual([]);
  });

  it('can be taken back', async () => {
    const applied = await runMigrations(database);
    const dataSource = await connect(database);
    for (const _name of applied) await dataSource.undoLastMigration();
    expect(
      await dataSource.query(
        `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
      ),
    ).toEqual([]);
    await dataSource.destroy();
    expect(await runMigrations(database)).toEqual(applied);
  });

  it('are required by commands, which name the next step where they are missing', async () => {
    const dataSource = await connect(database);
    await expect(refuseUnmigrated(dataSource)).rejects.toThrow(
      'The database has no tables of the product: check DATABASE_URL and DATA_DIR, then run `npm run migrate`',
    );
    await runMigrations(database);
    await expect(refuseUnmigrated(dataSource)).resolves.toBeUndefined();
    await dataSource.undoLastMigration();
    await expect(refuseUnmigrated(dataSource)).rejects.toThrow('has tables of an older version');
    await dataSource.destroy();
  });

  it('make the tables that the entities describe', async () => {
    await runMigrations(database);
    const dataSource = await connect(database);
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    // Entities name columns only; keys and indexes belong to the migrations.
    const differences = upQueries.filter(({ query }) => !/DROP (CONSTRAINT|INDEX)/.test(query));
    expect(differences.map(({ query }) => query)).toEqual([]);
    await dataSource.destroy();
  });

  it('keep an event as it is: \\u0000, big numbers, order of fields', async () => {
    await runMigrations(database);
    const dataSource = await connect(database);
    const { manager } = dataSource;
    const event = '{"b":"\\u0000","a":12345678901234567890.10,"a":1}';
    await manager.insert(Workspace, { id: 'wsp_1', name: 'w' });
    await manager.insert(Destination, {
      id: 'dst_1',
      workspaceId: 'wsp_1',
      type: 't',
      name: 'd',
      settings: {},
    });
    const now = new Date();
    const delivery = { destinationId: 'dst_1', origin: 'topic/0/1', messageId: 'm', event, attempt: 1 };
    await manager.insert(PendingDelivery, { ...delivery, dueAt: now, firstFailedAt: now, lastReason: 'r' });
    expect(await manager.findOneByOrFail(PendingDelivery, {})).toMatchObject({ ...delivery, dueAt: now });
    await manager.delete(Destination, { id: 'dst_1' });
    expect(await manager.count(PendingDelivery)).toBe(0);
    await dataSource.destroy();
  });

  it('name the replay of deliveries that were waiting before, and forget it when taken back', async () => {
    await runMigrations(database);
    const dataSource = await connect(database);
    await undoDownTo(dataSource, 'ReplayOfDeliveries1795651200000');
    await dataSource.query(`INSERT INTO workspaces (id, name) VALUES ('wsp_1', 'w')`);
    await dataSource.query(
      `INSERT INTO destinations (id, workspace_id, type, name, settings) VALUES ('dst_1', 'wsp_1', 't', 'd', '{}')`,
    );
    const origins = ['replay/rpl_1/tributary.events/0/7', 'tributary.events/0/7', 'redelivery/dl_1/1'];
    await dataSource.query(
      `INSERT INTO deliveries (destination_id, origin, message_id, event, attempt, due_at, first_failed_at, last_reason)
       SELECT 'dst_1', origin, 'm', '{}', 1, now(), now(), 'r' FROM unnest($1::text[]) origin`,
      [origins],
    );
    await dataSource.runMigrations();
    const { manager } = dataSource;
    const found = await manager.find(PendingDelivery, { order: { sequence: 'ASC' } });
    expect(found.map(({ origin, replayId }) => [origin, replayId])).toEqual([
      [origins[0], 'rpl_1'],
      [origins[1], null],
      [origins[2], null],
    ]);
    await undoDownTo(dataSource, 'ReplayOfDeliveries1795651200000');
    expect(await dataSource.query('SELECT origin FROM deliveries ORDER BY sequence')).toEqual(
      origins.map((origin) => ({ origin })),
    );
    await dataSource.destroy();
  });

  it('keep the TLS mode of postgres destinations that were stored without one', async () => {
    await runMigrations(database);
    const dataSource = await connect(database);
    await undoDownTo(dataSource, 'PostgresTls1795824000000');
    await dataSource.query(`INSERT INTO workspaces (id, name) VALUES ('wsp_1', 'w')`);
    await dataSource.query(
      `INSERT INTO destinations (id, workspace_id, type, name, settings) VALUES
         ('dst_1', 'wsp_1', 'postgres', 'none', '{"host": "db"}'),
         ('dst_2', 'wsp_1', 'postgres', 'own', '{"host": "db", "tls": "verify-full"}'),
         ('dst_3', 'wsp_1', 'webhook', 'other', '{"url": "https://example.com"}')`,
    );
    await dataSource.runMigrations();
    const rows = await dataSource.manager.find(Destination, { order: { id: 'ASC' } });
    expect(rows.map(({ settings }) => settings)).toEqual([
      { host: 'db', tls: 'require' },
      { host: 'db', tls: 'verify-full' },
      { url: 'https://example.com' },
    ]);
    await dataSource.destroy();
  });

  it('give attempts of existing destinations their workspace, and retire the ids that the audit log has as deleted', async () => {
    await runMigrations(database);
    const dataSource = await connect(database);
    await undoDownTo(dataSource, 'Tenancy1795737600000');
    await dataSource.query(`INSERT INTO workspaces (id, name) VALUES ('wsp_1', 'w')`);
    await dataSource.query(
      `INSERT INTO destinations (id, workspace_id, type, name, settings) VALUES ('dst_1', 'wsp_1', 't', 'd', '{}')`,
    );
    await dataSource.query(
      `INSERT INTO delivery_attempts (destination_id, source_id, message_id, attempt, outcome)
       SELECT id, 'src_1', 'm', 1, 'delivered' FROM unnest(ARRAY['dst_1', 'dst_2']) id`,
    );
    const audited = ['dst_1', 'dst_2', 'src_2', 'src_2'].map((id) => [
      id,
      id.startsWith('dst') ? 'destination' : 'source',
    ]);
    for (const [index, [id, type]] of audited.entries())
      await dataSource.query(
        `INSERT INTO audit_log (id, workspace_id, token_id, token_name, action, resource_type, resource_id)
         VALUES ($1, 'wsp_2', 't', 't', 'delete', $2, $3)`,
        [`aud_${index}`, type, id],
      );
    await dataSource.runMigrations();
    expect(
      await dataSource.query('SELECT destination_id, workspace_id FROM delivery_attempts ORDER BY 1'),
    ).toEqual([
      { destination_id: 'dst_1', workspace_id: 'wsp_1' },
      { destination_id: 'dst_2', workspace_id: null },
    ]);
    expect(
      await dataSource.query('SELECT identifier, workspace_id FROM retired_identifiers ORDER BY 1'),
    ).toEqual([
      { identifier: 'dst_2', workspace_id: 'wsp_2' },
      { identifier: 'src_2', workspace_id: 'wsp_2' },
    ]);
    await dataSource.destroy();
  });

  it('refuse an instance admin with a workspace, and a workspace admin without', async () => {
    await runMigrations(database);
    const dataSource = await connect(database);
    const token = { id: 'tok_1', name: 't', hash: Buffer.from('h'), prefix: 'p' };
    const insert = (more: Partial<AdminToken>) =>
      dataSource.manager.insert(AdminToken, { ...token, ...more });
    await dataSource.manager.insert(Workspace, { id: 'wsp_1', name: 'w' });
    await expect(insert({ role: 'instance-admin', workspaceId: 'wsp_1' })).rejects.toThrow(
      'check constraint',
    );
    await expect(insert({ role: 'workspace-admin' })).rejects.toThrow('check constraint');
    await insert({ role: 'workspace-admin', workspaceId: 'wsp_1' });
    await dataSource.destroy();
  });
});

describe('the counter of changes', () => {
  it('moves with every table that instances keep in memory, and with no other', async () => {
    await runMigrations(database);
    const dataSource = await connect(database);
    const { manager } = dataSource;
    const version = async () => {
      const [row] = await dataSource.query<[{ version: string }]>('SELECT version FROM config_version');
      return Number(row.version);
    };
    const moved = async (change: () => Promise<unknown>) => {
      const before = await version();
      await change();
      return (await version()) - before;
    };
    const key = { id: 'wkey_1', sourceId: 'src_1', name: 'k', hash: Buffer.from('h'), prefix: 'p' };
    const destination = { id: 'dst_1', workspaceId: 'wsp_1', type: 't', name: 'd', settings: {} };
    const token = {
      id: 'tok_1',
      name: 't',
      role: 'instance-admin' as const,
      hash: Buffer.from('h'),
      prefix: 'p',
    };
    expect(await moved(() => manager.insert(Workspace, { id: 'wsp_1', name: 'w' }))).toBe(1);
    expect(
      await moved(() => manager.insert(SourceRow, { id: 'src_1', workspaceId: 'wsp_1', name: 's' })),
    ).toBe(1);
    expect(await moved(() => manager.insert(WriteKey, key))).toBe(1);
    expect(await moved(() => manager.insert(Destination, destination))).toBe(1);
    const connection = { id: 'con_1', sourceId: 'src_1', destinationId: 'dst_1' };
    expect(await moved(() => manager.insert(Connection, connection))).toBe(1);
    expect(await moved(() => manager.update(WriteKey, 'wkey_1', { revokedAt: new Date() }))).toBe(1);
    expect(await moved(() => manager.delete(Connection, 'con_1'))).toBe(1);
    expect(await moved(() => dataSource.query('TRUNCATE connections'))).toBe(1);
    expect(await moved(() => manager.insert(AdminToken, token))).toBe(0);
    await dataSource.destroy();
  });

  it('moves when a change commits, and keeps no other change waiting until then', async () => {
    await runMigrations(database);
    const dataSource = await connect(database);
    const version = async () => {
      const [row] = await dataSource.query<[{ version: string }]>('SELECT version FROM config_version');
      return Number(row.version);
    };
    const before = await version();
    const first = dataSource.createQueryRunner();
    await first.startTransaction();
    await first.query(`INSERT INTO workspaces (id, name) VALUES ('wsp_1', 'first')`);
    await first.query(`INSERT INTO workspaces (id, name) VALUES ('wsp_2', 'also first')`);
    await dataSource.query(`INSERT INTO workspaces (id, name) VALUES ('wsp_3', 'second')`);
    expect(await version()).toBe(before + 1);
    await first.commitTransaction();
    await first.release();
    expect(await version()).toBe(before + 2);
    expect(await dataSource.query('SELECT * FROM config_changes')).toEqual([]);
    await dataSource.destroy();
  });

  it('cannot commit out of order: a second commit waits for the first', async () => {
    await runMigrations(database);
    const dataSource = await connect(database);
    const order: string[] = [];
    const first = dataSource.createQueryRunner();
    await first.startTransaction();
    await first.query(`INSERT INTO workspaces (id, name) VALUES ('wsp_1', 'first')`);
    // As the commit does, before it ends.
    await first.query('SET CONSTRAINTS ALL IMMEDIATE');
    const second = dataSource
      .query(`INSERT INTO workspaces (id, name) VALUES ('wsp_2', 'second')`)
      .then(() => order.push('second'));
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
    while ((await dataSource.query<unknown[]>(waiting)).length === 0);
    order.push('first');
    await first.commitTransaction();
    await second;
    await first.release();
    expect(order).toEqual(['first', 'second']);
    await dataSource.destroy();
  });
});
