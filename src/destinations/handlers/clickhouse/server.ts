import http from 'node:http';
import https from 'node:https';
import { addAbortSignal, type Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type Opened } from '../../contract/context.js';
import { retryAfterMs } from '../../contract/http.js';
import { type DeliveryNetwork } from '../../contract/network.js';
import { type ClickHouseSettings } from './clickhouse.settings.js';
import { Refusal } from './failure.js';

export const TIMEOUT_MS = 30_000;

const SETTINGS = {
  // Or a failure could come after the status, in an answer that began as a success.
  wait_end_of_query: 1,
  // A success must mean that the rows are in the table, and which of them were refused.
  async_insert: 0,
  // Also for a server whose client has gone: nobody waits for the insert any more.
  max_execution_time: TIMEOUT_MS / 1_000,
  date_time_input_format: 'best_effort',
} as const;

export interface Statement {
  readonly query: string;
  /** What an INSERT is of. */
  readonly rows?: Readable;
  /** Names an INSERT, so that the server does the same one only once. */
  readonly token?: string;
}

/** One server, by its HTTP interface. The client has no connections but ours, and neither repeats nor follows anything. */
export class Server implements Opened {
  private readonly client: ClickHouseClient;

  constructor(settings: ClickHouseSettings, network: DeliveryNetwork) {
    const { url, username, password = '' } = settings;
    this.client = createClient({
      url,
      username,
      password,
      application: 'Tributary',
      http_agent: agentTo(settings, network),
      // Of silence; the signal comes first.
      request_timeout: 2 * TIMEOUT_MS,
      compression: { request: true },
      log: { level: ClickHouseLogLevel.OFF },
    });
  }

  /** Runs a statement that has no result. The signal ends its connection. Throws Refusal, and what the network throws. */
  async run({ query, rows, token }: Statement, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const answer = await this.client.exec({
      query,
      ...(rows && { values: rows }),
      clickhouse_settings: { ...SETTINGS, ...(token !== undefined && { insert_deduplication_token: token }) },
      abort_signal: signal,
      // The client would read the code out of the text, and forget the status and the headers.
      ignore_error_response: true,
      decompress_response_stream: false,
    });
    const { stream, response_headers: headers, http_status_code: status = 0 } = answer;
    const code = headers['x-clickhouse-exception-code'];
    const isDone = status >= 200 && status < 300 && code === undefined;
    if (isDone && (await isEmpty(stream, signal))) return;
    stream.destroy();
    const afterMs = retryAfterMs(first(headers['retry-after']), new Date());
    throw new Refusal(status, code === undefined ? undefined : Number(first(code)), afterMs);
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

const first = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);

/** An answer that was broken off throws. */
async function isEmpty(stream: Readable, signal: AbortSignal): Promise<boolean> {
  for await (const chunk of addAbortSignal(signal, stream) as AsyncIterable<Buffer>)
    if (chunk.length > 0) return false;
  return true;
}

function agentTo({ url, caCertificate }: ClickHouseSettings, network: DeliveryNetwork): http.Agent {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const encrypted = protocol === 'https:';
  const ca = caCertificate === undefined ? {} : { ca: caCertificate };
  const to = encrypted ? { host, port: Number(port || 443), tls: ca } : { host, port: Number(port || 80) };
  const agent = new (encrypted ? https : http).Agent({ keepAlive: true });
  agent.createConnection = () => {
    const socket = network.connect(to);
    // An encrypted one may tell an error once more when the request listens no longer.
    return socket.on('error', () => undefined);
  };
  return agent;
}
