import { defineHandler } from '../../contract/define-handler.js';
import { asDoubtful } from '../../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { ClickHouseClient, CLICKHOUSE_TIMEOUT_MS } from './clickhouse.client.js';
import { clickHouseFailure, isOfTable } from './clickhouse.failure.js';
import { ClickHouseSettings } from './clickhouse.settings.js';
import { clickHouseTableOf } from './tables.js';
import { writeTable } from './write-rows.js';

/** Inserts events into tables, one INSERT per table and batch. */
export const clickhouse = defineHandler({
  type: 'clickhouse',
  title: 'ClickHouse',
  description:
    'Inserts each event as a row, up to 10,000 rows or 10 MB at a time, in no particular order. Missing tables are created and ' +
    'missing columns are added; where that is not permitted, a missing column pauses the destination with the reason ' +
    '`missing_column`. An event that is delivered twice is two rows until ClickHouse merges them by source_id and message_id: ' +
    'read with FINAL to see it once. A batch that is repeated after its response was lost is not stored again. Times before ' +
    '1900 and after 2299 are stored as the nearest time in that range; `raw` keeps the original.',
  settings: ClickHouseSettings,
  limits: ({ maxWaitSeconds }) => ({
    maxItems: 10_000,
    maxBytes: 10_000_000,
    maxWaitMs: maxWaitSeconds * 1_000,
    concurrency: 2,
    timeoutMs: CLICKHOUSE_TIMEOUT_MS,
  }),
  open: ({ settings, network }) => new ClickHouseClient(settings, network),
  async deliver(items, { settings, opened, signal }) {
    const results = new Map<string, ItemResult>();
    const tableOf = ({ event }: DeliveryItem): string => clickHouseTableOf(settings, event.type);
    for (const [table, own] of byTable(items, settings)) {
      try {
        await writeTable(opened, { table, items: own, mayCreate: settings.createTable }, signal);
        results.set(table, { kind: 'ok' });
      } catch (error) {
        const failure = clickHouseFailure(error);
        if (!settings.table.includes('{') || !isOfTable(failure)) throw failure;
        const { result } = failure;
        results.set(table, result.kind === 'auth' && result.doubt === 'moment' ? result : asDoubtful(result));
      }
    }
    return items.map((item) => results.get(tableOf(item)) as ItemResult);
  },
});

function byTable(items: readonly DeliveryItem[], settings: ClickHouseSettings) {
  const tables = new Map<string, DeliveryItem[]>();
  for (const item of items) {
    const table = clickHouseTableOf(settings, item.event.type);
    const own = tables.get(table);
    if (own) own.push(item);
    else tables.set(table, [item]);
  }
  return tables;
}
