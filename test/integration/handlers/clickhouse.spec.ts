import { afterAll, beforeAll } from 'vitest';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { clickhouse } from '../../../src/destinations/handlers/clickhouse/clickhouse.handler.js';
import { createTableQuery } from '../../../src/destinations/handlers/clickhouse/tables.js';
import { lineTo } from '../../support/line-to-server.js';
import { type ClickHouseServer, LOGINS, startClickHouse } from '../../support/servers/clickhouse.js';
import { describeHandler, type Stage, throughLine } from './suite.js';

const handler = clickhouse as unknown as Handler;

let server: ClickHouseServer;
let made = 0;
beforeAll(async () => {
  server = await startClickHouse();
});
afterAll(() => server.stop());

/** A new table. ClickHouse itself refuses no event, so a constraint of the table does. */
async function start(): Promise<Stage> {
  const line = await lineTo('127.0.0.1', server.port);
  const database = `test_${(made += 1)}`;
  await server.query(`CREATE DATABASE ${database}`);
  await server.query(createTableQuery(`${database}.events`));
  await server.query(
    `ALTER TABLE ${database}.events ADD CONSTRAINT known CHECK user_id IS DISTINCT FROM 'banned'`,
  );
  const settings = {
    url: `http://127.0.0.1:${line.port}`,
    ...LOGINS.writer,
    database,
    maxWaitSeconds: 0,
  };
  return {
    settings,
    refusedSettings: { ...settings, password: 'wrong' },
    delivered: async () => {
      const rows = await server.query<{ id: string }>(
        `SELECT message_id AS id FROM ${database}.events FINAL`,
      );
      return rows.map(({ id }) => id);
    },
    ...throughLine(line),
    poison: { userId: 'banned' },
    duplicates: 'none',
    close: async () => {
      await line.cut();
      await server.query(`DROP DATABASE ${database}`);
    },
  };
}

describeHandler({ handler, start });
