import { Readable } from 'node:stream';
import { missingColumn } from '../../contract/delivery-error.js';
import { type DeliveryItem } from '../../contract/delivery-item.js';
import { type ClickHouseClient } from './clickhouse.client.js';
import { isNotAlterable, isRefusedWith, NO_SUCH_COLUMN, UNKNOWN_TABLE } from './clickhouse.failure.js';
import { addColumnsQuery, createTableQuery, insertQuery, rowOf, tokenOf } from './tables.js';

/** Rows that are built at a time, while earlier ones are sent. */
const ROWS_AT_A_TIME = 100;

/** A table, its events, and whether the destination may create the table and its columns. */
export interface TableWrite {
  readonly table: string;
  readonly items: readonly DeliveryItem[];
  readonly mayCreate: boolean;
}

/**
 * Inserts events into one table. A missing table or missing columns are found by the refused INSERT, which costs nothing
 * while there are none and also finds a column that was dropped while the handler was open. Throws as the client does, or
 * a DeliveryError for a column that may not be added.
 */
export async function writeTable(
  client: ClickHouseClient,
  write: TableWrite,
  signal: AbortSignal,
): Promise<void> {
  const { table, mayCreate } = write;
  try {
    await insert(client, write, signal);
  } catch (error) {
    if (mayCreate && isRefusedWith(error, UNKNOWN_TABLE))
      await client.run({ query: createTableQuery(table) }, signal);
    else if (mayCreate && isRefusedWith(error, NO_SUCH_COLUMN)) await addColumns(client, table, signal);
    else throw error;
    await insert(client, write, signal);
  }
}

async function addColumns(client: ClickHouseClient, table: string, signal: AbortSignal): Promise<void> {
  try {
    await client.run({ query: addColumnsQuery(table) }, signal);
  } catch (error) {
    throw isNotAlterable(error) ? missingColumn() : error;
  }
}

function insert(client: ClickHouseClient, { table, items }: TableWrite, signal: AbortSignal): Promise<void> {
  const rows = Readable.from(linesOf(items), { objectMode: false });
  return client.run({ query: insertQuery(table), rows, token: tokenOf(items) }, signal);
}

function* linesOf(items: readonly DeliveryItem[]): Generator<string> {
  for (let start = 0; start < items.length; start += ROWS_AT_A_TIME)
    yield items
      .slice(start, start + ROWS_AT_A_TIME)
      .map(rowOf)
      .join('');
}
