import pg from 'pg';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { postgres } from '../../../src/destinations/handlers/postgres/postgres.handler.js';
import { type CanonicalEvent } from '../../../src/events/event.js';
import { freshDatabase } from '../../support/database.js';
import { lineToDatabase } from '../../support/line-to-server.js';
import { describeHandler, type Stage, throughLine } from './suite.js';

const handler = postgres as unknown as Handler;
const NO_TIME = { timestamp: 'half past nine' } satisfies Partial<CanonicalEvent>;

async function start(layout: string): Promise<Stage> {
  const database = await freshDatabase();
  const { line, url } = await lineToDatabase(database.url);
  const { hostname, port, pathname, username } = new URL(url);
  const settings = {
    host: hostname,
    port: Number(port),
    database: pathname.slice(1),
    user: username,
    tls: 'disable',
    layout,
  };
  const reader = new pg.Client({ connectionString: database.url });
  await reader.connect();
  return {
    settings,
    refusedSettings: { ...settings, user: 'nobody_by_this_name' },
    delivered: async () => {
      const { rows: tables } = await reader.query<{ name: string }>(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_name LIKE 'tributary\\_%'",
      );
      const selects = tables.map(({ name }) => `SELECT message_id AS id FROM ${name}`);
      if (selects.length === 0) return [];
      const { rows } = await reader.query<{ id: string }>(selects.join(' UNION ALL '));
      return rows.map(({ id }) => id);
    },
    ...throughLine(line),
    poison: NO_TIME,
    duplicates: 'none',
    close: async () => {
      await reader.end();
      await line.cut();
      await database.drop();
    },
  };
}

describeHandler({ handler, variant: 'one table', start: () => start('one-table') });
describeHandler({ handler, variant: 'a table per type', start: () => start('table-per-type') });
