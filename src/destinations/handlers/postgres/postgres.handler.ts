import { defineHandler } from '../../contract/define-handler.js';
import { asDoubtful } from '../../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { PostgresClient } from './postgres.client.js';
import { isForbidden } from './postgres.failure.js';
import { PostgresSettings } from './postgres.settings.js';
import { postgresTableOf } from './tables.js';
import { type Rows, POSTGRES_TIMEOUT_MS } from './write-rows.js';
import { writeStorable } from './write-storable.js';

/** Inserts events into tables, one statement per table and batch. */
export const postgres = defineHandler({
  type: 'postgres',
  title: 'PostgreSQL',
  description:
    'Inserts each event as a row, up to 1,000 rows or 4 MB at a time, in no particular order. Missing tables are created and ' +
    'missing columns are added; where the role may not add one, the destination pauses with the reason `missing_column`. An ' +
    'event that is delivered twice is one row: source_id and message_id are the primary key. Characters that PostgreSQL cannot ' +
    'store, such as NUL, become U+FFFD, and times before the year 1 become its first moment.',
  settings: PostgresSettings,
  isolated: true,
  limits: () => ({ maxItems: 1_000, maxBytes: 4_000_000, concurrency: 2, timeoutMs: POSTGRES_TIMEOUT_MS }),
  open: ({ settings, network }) => new PostgresClient(settings, network),
  async deliver(items, { settings, opened, signal }) {
    const write = (some: readonly DeliveryItem[]) =>
      opened.use(signal, (client) => writeStorable(client, rowsOf(some, settings)));
    try {
      await write(items);
    } catch (error) {
      if (!isForbidden(error) || settings.layout === 'one-table') throw error;
      return eachTable(items, settings, write);
    }
    return items.map(() => ({ kind: 'ok' }));
  },
});

/** Rights may be missing on one of several tables: then each table has a result of its own. */
async function eachTable(
  items: readonly DeliveryItem[],
  settings: PostgresSettings,
  write: (some: readonly DeliveryItem[]) => Promise<void>,
): Promise<readonly ItemResult[]> {
  const results = new Map<string, ItemResult>();
  const tableOf = ({ event }: DeliveryItem): string => postgresTableOf(settings, event.type);
  for (const table of new Set(items.map(tableOf))) {
    try {
      await write(items.filter((item) => tableOf(item) === table));
      results.set(table, { kind: 'ok' });
    } catch (error) {
      if (!isForbidden(error)) throw error;
      results.set(table, asDoubtful(error.result));
    }
  }
  return items.map((item) => results.get(tableOf(item)) as ItemResult);
}

function rowsOf(items: readonly DeliveryItem[], settings: PostgresSettings): Rows {
  const rows = new Map<string, string[]>();
  for (const { event, json } of items) {
    const table = postgresTableOf(settings, event.type);
    const texts = rows.get(table);
    if (texts) texts.push(json);
    else rows.set(table, [json]);
  }
  return rows;
}
