import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.js';
import { ChangeWatch } from '../../../src/database/change-watch.js';
import { Database, DatabaseStart } from '../../../src/database/database.js';
import { Workspace } from '../../../src/database/entities/workspace.entity.js';
import { DatabaseAway, DatabaseUnavailable, isAway } from '../../../src/database/connection/unavailable.js';
import { freshDatabase, type TestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { lineToDatabase, type LineToServer } from '../../support/line-to-server.js';

Logger.overrideLogger(false);

let server: TestDatabase;
let line: LineToServer;
let url: string;
let opened: Database | undefined;

beforeEach(async () => {
  server = await freshDatabase();
  ({ line, url } = await lineToDatabase(server.url));
});

afterEach(async () => {
  await opened?.close();
  opened = undefined;
  await line.cut();
  await server.drop();
});

const STANDBY = new DatabaseStart([], true);
const open = async (start?: DatabaseStart, to = url) =>
  (opened = await Database.open(loadConfig({ DATABASE_URL: to }), start));
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a start while Postgres is away', () => {
  beforeEach(() => line.cut());

  it('waits when the process needs Postgres', async () => {
    const opening = open();
    await line.mend();
    const { dataSource, credentials } = await opening;
    expect(await credentials).toMatchObject({ writeKey: expect.any(String) as unknown });
    expect(await dataSource.getRepository(Workspace).count()).toBe(1);
  });

  it('continues without Postgres when the process can work without it, and queries fail at once', async () => {
    const { dataSource } = await open(STANDBY);
    const failures = await Promise.all(
      [
        dataSource.query('SELECT 1'),
        dataSource.getRepository(Workspace).find(),
        dataSource.manager.insert(Workspace, { id: 'wsp_1', name: 'mine' }),
        dataSource.transaction((manager) => manager.query('SELECT 1')),
      ].map(failureOf),
    );
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(DatabaseAway);
      expect(isAway(failure)).toBe(true);
      expect(String(failure)).toContain(`127.0.0.1:${line.port} (DATABASE_URL) does not answer`);
    }
  });

  it('creates tables and first rows and loads watched state when Postgres answers, without a restart', async () => {
    const { dataSource, credentials } = await open(STANDBY);
    const changes = new ChangeWatch(dataSource, 20);
    let names: string[] = [];
    const asOf = new Date(1_000);
    await changes.watch(
      async () => {
        const rows = await dataSource.getRepository(Workspace).find();
        names = rows.map(({ name }) => name);
      },
      () => Promise.resolve(asOf),
    );
    expect(changes).toMatchObject({ isAway: true, freshAt: asOf });
    await line.mend();
    expect(await credentials).toMatchObject({ adminToken: expect.any(String) as unknown });
    await eventually(() => expect(names).toEqual(['Default']));
    expect(changes.isAway).toBe(false);
    expect(changes.freshAt?.getTime()).toBeGreaterThan(1_000);
    await changes.onModuleDestroy();
  });

  it('can be stopped before Postgres has answered', async () => {
    const database = await open(STANDBY);
    await database.close();
    await line.mend();
    await expect(database.dataSource.query('SELECT 1')).rejects.toThrow(DatabaseAway);
  });
});

describe('Postgres that answers at the start', () => {
  it('ends a start when it refuses, even if the process could work without it', async () => {
    const wrong = new URL(url);
    wrong.pathname = '/no_such_database';
    const failure = await failureOf(open(STANDBY, wrong.href));
    expect(failure).toBeInstanceOf(DatabaseUnavailable);
    expect(isAway(failure)).toBe(false);
  });

  it('counts as away when a query gets no connection or loses it, and not when it violates a constraint', async () => {
    const { dataSource } = await open();
    const asleep = failureOf(dataSource.query('SELECT pg_sleep(60)'));
    const twice = { id: 'wsp_1', name: 'Default' };
    expect(isAway(await failureOf(dataSource.manager.insert(Workspace, twice)))).toBe(false);
    await line.cut();
    expect(isAway(await asleep)).toBe(true);
    expect(isAway(await failureOf(dataSource.query('SELECT 1')))).toBe(true);
    expect(isAway(await failureOf(dataSource.transaction(() => Promise.resolve())))).toBe(true);
    await line.mend();
    await eventually(() => dataSource.query('SELECT 1'));
  });
});
