import type pg from 'pg';
import { DeliveryError, missingColumn } from '../../contract/delivery-error.js';
import { postgresFailure, sqlStateOf, UNDEFINED_COLUMN, UNDEFINED_TABLE } from './postgres.failure.js';
import { type Charset, storableJson } from './storable-json.js';
import { addColumnsSql, COLUMN_NAMES_SQL, createTablesSql, insertSql, missingColumns } from './tables.js';

export const POSTGRES_TIMEOUT_MS = 10_000;

/** The limits hold at the server too: a transaction whose client is gone must not keep its locks. */
const BEGIN = `BEGIN; SET LOCAL statement_timeout = ${POSTGRES_TIMEOUT_MS}; SET LOCAL idle_in_transaction_session_timeout = ${POSTGRES_TIMEOUT_MS}`;
/** ALTER TABLE fails again: another owner (42501), a view or partition (42809, 42P16, 0A), too many columns (54). */
const NOT_ALTERABLE = /^(?:0A...|42501|42809|42P16|54...)$/;

/** JSON texts of a batch by the quoted name of their table. */
export type Rows = ReadonlyMap<string, readonly string[]>;

/** The form in which events are written, as far as the server holds it. */
export interface RowForm {
  readonly charset: Charset;
  /** Longest text of a column; undefined for any. */
  readonly mostCharacters?: number;
}

/** Everything that a server of UTF-8 holds. */
export const WHOLE: RowForm = { charset: 'utf8' };

type Repair = (client: pg.Client, tables: readonly string[]) => Promise<void>;

/** Repairs of the tables, by the SQLSTATE of an INSERT that needs them. */
const REPAIRS: ReadonlyMap<string | undefined, Repair> = new Map([
  [UNDEFINED_TABLE, createTables],
  [UNDEFINED_COLUMN, addColumns],
]);

/**
 * Inserts a batch in one transaction. Missing tables and columns are found by the refused INSERT, which costs nothing while
 * there are none and also finds a column that was dropped while the handler was open. Each repair is tried once.
 */
export async function writeRows(
  client: pg.Client,
  rows: Rows,
  form = WHOLE,
  repairs = REPAIRS,
): Promise<void> {
  try {
    await inTransaction(client, async () => {
      for (const [table, texts] of rows)
        await client.query(insertSql(table, form.mostCharacters), [
          texts.map((text) => storableJson(text, form.charset)),
        ]);
    });
  } catch (error) {
    const state = sqlStateOf(error);
    const repair = repairs.get(state);
    if (repair === undefined) throw error;
    await repair(client, [...rows.keys()]);
    await writeRows(client, rows, form, new Map([...repairs].filter(([known]) => known !== state)));
  }
}

/** A refusal is never the fault of an event, not even when another program creates the same table concurrently. */
async function createTables(client: pg.Client, tables: readonly string[]): Promise<void> {
  try {
    await inTransaction(client, () => client.query(createTablesSql(tables)));
  } catch (error) {
    throw retriedIfRejected(error);
  }
}

/** One transaction per table: locks on several tables could deadlock with a batch for the same tables. */
async function addColumns(client: pg.Client, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    const { rows } = await client.query<{ name: string }>(COLUMN_NAMES_SQL, [table]);
    // The table does not exist yet: the next INSERT is refused for that, and creates it.
    if (rows.length === 0) continue;
    const columns = missingColumns(rows.map(({ name }) => name));
    if (columns === undefined) throw missingColumn();
    if (columns.length === 0) continue;
    try {
      await inTransaction(client, () => client.query(addColumnsSql(table, columns)));
    } catch (error) {
      throw NOT_ALTERABLE.test(sqlStateOf(error) ?? '') ? missingColumn() : retriedIfRejected(error);
    }
  }
}

function retriedIfRejected(error: unknown): unknown {
  const { kind, reason } = postgresFailure(error).result;
  return kind === 'reject' ? new DeliveryError({ kind: 'retry', reason }) : error;
}

/** An aborted call closes the connection and so never commits. After an error of the server the connection stays usable. */
async function inTransaction(client: pg.Client, run: () => Promise<unknown>): Promise<void> {
  await client.query(BEGIN);
  try {
    await run();
    await client.query('COMMIT');
  } catch (error) {
    if (sqlStateOf(error) !== undefined) await client.query('ROLLBACK');
    throw error;
  }
}
