import { join } from 'node:path';
import { CHDB } from '../../verify/chdb.mjs';
import { loopbackPort } from './loopback-port.js';
import { provisionOnce } from './provision-once.js';
import { type OwnServer, startUntil } from './runner.js';
import { ServerProcess } from './server-process.js';

export interface ClickHouseServer extends OwnServer {
  readonly port: number;
  /** Runs a statement as the owner of everything, and gives its rows; throws what the server says against it. */
  query<Row = Record<string, unknown>>(statement: string): Promise<Row[]>;
}

/** Who may log in; `reader` may change nothing. The owner is `default`, without a password. */
export const LOGINS = {
  writer: { username: 'writer', password: 'good: 100 % "sürè"' },
  reader: { username: 'reader', password: 'reads' },
};

/** The engine of ClickHouse behind its HTTP interface, on a free loopback port; empty at the start. */
export async function startClickHouse(): Promise<ClickHouseServer> {
  await provisionOnce();
  const port = await loopbackPort();
  const users = {
    default: { password: '' },
    writer: { password: LOGINS.writer.password },
    reader: { password: LOGINS.reader.password, readonly: true },
  };
  const program = join(import.meta.dirname, 'clickhouse-engine.mjs');
  const runner = new ServerProcess({
    name: 'ClickHouse',
    command: (directory) => [
      process.execPath,
      ...[program, String(port), join(directory, 'data'), CHDB, JSON.stringify(users)],
    ],
    farewell: 'SIGKILL',
  });
  const query = <Row>(statement: string) => rowsOf<Row>(port, statement);
  return { ...(await startUntil(runner, () => query('SELECT 1'))), port, query };
}

async function rowsOf<Row>(port: number, statement: string): Promise<Row[]> {
  const settings = 'wait_end_of_query=1&default_format=JSONEachRow&output_format_json_quote_64bit_integers=1';
  const response = await fetch(`http://127.0.0.1:${port}/?${settings}`, { method: 'POST', body: statement });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}
