import { join } from 'node:path';
import { CHDB } from '../../verify/chdb.mjs';
import { type OwnServer, startServer } from './lifecycle/runner.js';
import { ServerProcess } from './lifecycle/server-process.js';
import { provisionOnce } from './provision-once.js';

export interface ClickHouseServer extends OwnServer {
  readonly port: number;
  /** Runs a statement as `default` and returns its rows; throws the server's message when it refuses. */
  query<Row = Record<string, unknown>>(statement: string): Promise<Row[]>;
}

/** Users beside `default`, which has every right and no password. `reader` may change nothing. */
export const LOGINS = {
  writer: { username: 'writer', password: 'good: 100 % "sürè"' },
  reader: { username: 'reader', password: 'reads' },
};

/** Starts the engine of ClickHouse behind its HTTP interface, empty, on a loopback port. */
export async function startClickHouse(): Promise<ClickHouseServer> {
  await provisionOnce();
  return startServer(() => {
    // The system picks the port of the first start, which no other process can then take. A restart uses it again.
    let port = 0;
    const runner = clickHouseProcess(() => port);
    const query = <Row>(statement: string) => rowsOf<Row>(port, statement);
    const probe = () => {
      port ||= Number(/^listening on (\d+)$/m.exec(runner.output())?.[1] ?? 0);
      return query('SELECT 1');
    };
    return Promise.resolve({ runner, probe, describe: () => ({ port, query }) });
  });
}

function clickHouseProcess(port: () => number): ServerProcess {
  const users = {
    default: { password: '' },
    writer: { password: LOGINS.writer.password },
    reader: { password: LOGINS.reader.password, readonly: true },
  };
  const program = join(import.meta.dirname, 'clickhouse-engine.mjs');
  return new ServerProcess({
    name: 'ClickHouse',
    ports: [],
    command: (directory) => [
      process.execPath,
      ...[program, String(port()), join(directory, 'data'), CHDB, JSON.stringify(users)],
    ],
    stopSignal: 'SIGKILL',
  });
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
