import { type DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bootstrap } from '../../../src/database/bootstrap.js';
import { connect } from '../../../src/database/connection/connect.js';
import { hashOf } from '../../../src/database/credential.js';
import { AdminToken } from '../../../src/database/entities/admin-token.entity.js';
import { Connection } from '../../../src/database/entities/connection.entity.js';
import { Destination } from '../../../src/database/entities/destination.entity.js';
import { SourceRow } from '../../../src/database/entities/source.entity.js';
import { Workspace } from '../../../src/database/entities/workspace.entity.js';
import { WriteKey } from '../../../src/database/entities/write-key.entity.js';
import { runMigrations } from '../../../src/database/connection/run-migrations.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let dataSource: DataSource;

beforeEach(async () => {
  database = await freshDatabase();
  await runMigrations(database);
  dataSource = await connect(database);
});

afterEach(async () => {
  await dataSource.destroy();
  await database.drop();
});

const only = async <T extends object>(entity: new () => T) => {
  const rows = await dataSource.getRepository(entity).find();
  expect(rows).toHaveLength(1);
  return rows[0]!;
};

const CONSOLE = { type: 'console', name: 'Console', settings: {} };
const WEBHOOK = { type: 'webhook', name: 'Webhook', settings: { url: 'http://127.0.0.1:9/hook' } };

describe('bootstrap', () => {
  it('creates a workspace, a source, a write key and an admin token', async () => {
    const made = await bootstrap(dataSource, {});
    const workspace = await only(Workspace);
    const source = await only(SourceRow);
    expect(source).toMatchObject({ workspaceId: workspace.id, name: 'Default', enabled: true });
    const prefix = made!.writeKey.slice(0, 8);
    expect(await only(WriteKey)).toMatchObject({ sourceId: source.id, hash: hashOf(made!.writeKey), prefix });
    const token = { role: 'instance-admin', workspaceId: null, hash: hashOf(made!.adminToken) };
    expect(await only(AdminToken)).toMatchObject(token);
    expect(await dataSource.getRepository(Destination).count()).toBe(0);
  });

  it('uses the configured key and token, and connects the given destinations to the source', async () => {
    const config = {
      BOOTSTRAP_WRITE_KEY: 'my-write-key',
      BOOTSTRAP_ADMIN_TOKEN: 'my-admin-token-0123',
    };
    const made = await bootstrap(dataSource, config, [CONSOLE, WEBHOOK]);
    expect(made).toEqual({ writeKey: 'my-write-key', adminToken: 'my-admin-token-0123' });
    const source = await only(SourceRow);
    const destinations = await dataSource.getRepository(Destination).find({ order: { type: 'ASC' } });
    expect(destinations).toMatchObject([
      { ...CONSOLE, enabled: true, workspaceId: source.workspaceId },
      { ...WEBHOOK, enabled: true, workspaceId: source.workspaceId },
    ]);
    const connections = await dataSource.getRepository(Connection).find();
    expect(new Set(connections.map((connection) => connection.destinationId))).toEqual(
      new Set(destinations.map(({ id }) => id)),
    );
    expect(connections.every(({ sourceId }) => sourceId === source.id)).toBe(true);
  });

  it('creates one set when several instances start at the same time', async () => {
    const instances = await Promise.all([1, 2, 3].map(() => connect(database)));
    const starts = await Promise.all(instances.map((instance) => bootstrap(instance, {}, [CONSOLE])));
    expect(starts.filter((made) => made !== undefined)).toHaveLength(1);
    await only(Workspace);
    await only(WriteKey);
    await only(Destination);
    await only(Connection);
    await Promise.all(instances.map((instance) => instance.destroy()));
  });

  it('creates nothing in a database with a workspace', async () => {
    await dataSource.manager.insert(Workspace, { id: 'wsp_1', name: 'mine' });
    expect(await bootstrap(dataSource, {}, [CONSOLE])).toBeUndefined();
    expect(await dataSource.getRepository(AdminToken).count()).toBe(0);
  });
});
