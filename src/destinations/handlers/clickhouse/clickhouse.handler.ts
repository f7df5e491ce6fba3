import { Readable } from 'node:stream';
import { defineHandler } from '../../contract/define-handler.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';
import { ClickHouseSettings } from './clickhouse.settings.js';
import { failureOf, Refusal, UNKNOWN_TABLE } from './failure.js';
import { Server, TIMEOUT_MS } from './server.js';
import { creationOf, insertionInto, rowOf, tableOf, tokenOf } from './tables.js';

/** So many rows are made at a time, while the ones before are on their way. */
const ROWS_AT_ONCE = 100;

/** Writes events to tables, one insert for each table and batch. */
export const clickhouse = defineHandler({
  type: 'clickhouse',
  title: 'ClickHouse',
  description:
    'Writes each event as a row of a table that is made on demand, ten thousand rows or 10 MB at a time, in no particular order. ' +
    'An event that comes twice is two rows until ClickHouse merges them into one, by source_id and message_id, some time later: ' +
    'read with FINAL to see it once. A batch that is repeated as it was, after its answer was lost, is not stored again. Times ' +
    'before 1900 and after 2299 are stored as the first and the last of what lies between; `raw` has the event as it was.',
  settings: ClickHouseSettings,
  limits: ({ maxWaitSeconds }) => ({
    maxItems: 10_000,
    maxBytes: 10_000_000,
    maxWaitMs: maxWaitSeconds * 1_000,
    concurrency: 2,
    timeoutMs: TIMEOUT_MS,
  }),
  open: ({ settings, network }) => new Server(settings, network),
  async deliver(items, { settings, opened, signal }) {
    try {
      for (const [table, own] of byTable(items, settings)) {
        const insert = () => insertInto(opened, table, own, signal);
        await insert().catch(async (error: unknown) => {
          if (!settings.createTable || !isUnknownTable(error)) throw error;
          await opened.run({ query: creationOf(table) }, signal);
          await insert();
        });
      }
    } catch (error) {
      throw failureOf(error);
    }
    return items.map(() => ({ kind: 'ok' }));
  },
});

const isUnknownTable = (error: unknown): boolean => error instanceof Refusal && error.code === UNKNOWN_TABLE;

function byTable(items: readonly DeliveryItem[], settings: ClickHouseSettings) {
  const tables = new Map<string, DeliveryItem[]>();
  for (const item of items) {
    const table = tableOf(settings, item.event.type);
    const own = tables.get(table);
    if (own) own.push(item);
    else tables.set(table, [item]);
  }
  return tables;
}

function insertInto(server: Server, table: string, items: readonly DeliveryItem[], signal: AbortSignal) {
  const rows = Readable.from(linesOf(items), { objectMode: false });
  return server.run({ query: insertionInto(table), rows, token: tokenOf(items) }, signal);
}

function* linesOf(items: readonly DeliveryItem[]): Generator<string> {
  for (let start = 0; start < items.length; start += ROWS_AT_ONCE)
    yield items
      .slice(start, start + ROWS_AT_ONCE)
      .map(rowOf)
      .join('');
}
