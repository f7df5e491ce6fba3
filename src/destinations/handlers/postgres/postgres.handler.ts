import type pg from 'pg';
import { defineHandler } from '../../contract/define-handler.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';
import { Connections } from './connections.js';
import { failureOf, stateOf, UNDEFINED_TABLE } from './failure.js';
import { PostgresSettings } from './postgres.settings.js';
import { creationOf, insertInto, tableOf } from './tables.js';

const TIMEOUT_MS = 10_000;

/** Also for a server whose client has gone: a batch that nobody waits for any more must not hold locks. */
const BEGIN = `BEGIN; SET LOCAL statement_timeout = ${TIMEOUT_MS}; SET LOCAL idle_in_transaction_session_timeout = ${TIMEOUT_MS}`;

/** The JSON texts of a batch by the table they go to. */
type Rows = ReadonlyMap<string, readonly string[]>;

/** Writes events to tables, one statement for each table and batch. */
export const postgres = defineHandler({
  type: 'postgres',
  title: 'PostgreSQL',
  description:
    'Writes each event as a row of a table that is made on demand, a thousand rows or 4 MB at a time, in no particular order. An ' +
    'event that comes twice is one row: source_id and message_id are the primary key. An event that the table cannot hold, such ' +
    'as one with a NUL character in a text, becomes a dead letter.',
  settings: PostgresSettings,
  limits: () => ({ maxItems: 1_000, maxBytes: 4_000_000, concurrency: 2, timeoutMs: TIMEOUT_MS }),
  open: ({ settings, network }) => new Connections(settings, network),
  async deliver(items, { settings, opened, signal }) {
    const rows = rowsOf(items, settings);
    await opened.use(signal, async (client) => {
      try {
        await insert(client, rows);
      } catch (error) {
        if (stateOf(error) !== UNDEFINED_TABLE) throw error;
        await create(client, rows);
        await insert(client, rows);
      }
    });
    return items.map(() => ({ kind: 'ok' }));
  },
});

function rowsOf(items: readonly DeliveryItem[], settings: PostgresSettings): Rows {
  const rows = new Map<string, string[]>();
  for (const { event, json } of items) {
    const table = tableOf(settings, event.type);
    const texts = rows.get(table);
    if (texts) texts.push(json);
    else rows.set(table, [json]);
  }
  return rows;
}

/** What is wrong here is never the events: not when another program makes the same table at the same time, either. */
async function create(client: pg.Client, rows: Rows): Promise<void> {
  try {
    await inTransaction(client, () => client.query(creationOf([...rows.keys()])));
  } catch (error) {
    const { kind, reason } = failureOf(error).result;
    throw kind === 'reject' ? new DeliveryError({ kind: 'retry', reason }) : error;
  }
}

async function insert(client: pg.Client, rows: Rows): Promise<void> {
  await inTransaction(client, async () => {
    for (const [table, texts] of rows) await client.query(insertInto(table), [texts]);
  });
}

/** A call that is cut off never commits. An error that the server told leaves the connection as it was before. */
async function inTransaction(client: pg.Client, run: () => Promise<unknown>): Promise<void> {
  await client.query(BEGIN);
  try {
    await run();
    await client.query('COMMIT');
  } catch (error) {
    if (stateOf(error) !== undefined) await client.query('ROLLBACK');
    throw error;
  }
}
