import http from 'node:http';
import https from 'node:https';
import { addAbortSignal, type Readable } from 'node:stream';
import { type ClickHouseClient as SdkClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type Opened } from '../../contract/context.js';
import { retryAfterMs } from '../../contract/http.js';
import { type DeliveryNetwork, unbracketed } from '../../contract/network.js';
import { type ClickHouseSettings } from './clickhouse.settings.js';
import { ClickHouseRefusal } from './clickhouse.failure.js';

export const CLICKHOUSE_TIMEOUT_MS = 30_000;

const SETTINGS = {
  // Otherwise a failure could follow a status 200, in the body.
  wait_end_of_query: 1,
  // A success must mean that the table has the rows.
  async_insert: 0,
  // The limit holds at the server too: an INSERT whose client is gone must end.
  max_execution_time: CLICKHOUSE_TIMEOUT_MS / 1_000,
  date_time_input_format: 'best_effort',
} as const;

export interface Statement {
  readonly query: string;
  /** Rows of an INSERT. */
  readonly rows?: Readable;
  /** Deduplication token of an INSERT: the server skips one that it has executed. */
  readonly token?: string;
}

/** The HTTP interface of one server. All connections come from the network; there are no retries and no redirects. */
export class ClickHouseClient implements Opened {
  private readonly client: SdkClient;

  constructor(settings: ClickHouseSettings, network: DeliveryNetwork) {
    const { url, username, password = '' } = settings;
    this.client = createClient({
      url,
      username,
      password,
      application: 'Tributary',
      http_agent: agentTo(settings, network),
      // An upper limit only: the signal aborts earlier.
      request_timeout: 2 * CLICKHOUSE_TIMEOUT_MS,
      compression: { request: true },
      log: { level: ClickHouseLogLevel.OFF },
    });
  }

  /** Runs a statement without a result. The signal closes its connection. Throws ClickHouseRefusal and errors of the network. */
  async run({ query, rows, token }: Statement, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const response = await this.client.exec({
      query,
      ...(rows && { values: rows }),
      clickhouse_settings: { ...SETTINGS, ...(token !== undefined && { insert_deduplication_token: token }) },
      abort_signal: signal,
      // Otherwise the client parses the code out of the error text and drops status and headers.
      ignore_error_response: true,
      decompress_response_stream: false,
    });
    const { stream, response_headers: headers, http_status_code: status = 0 } = response;
    const code = headers['x-clickhouse-exception-code'];
    const isDone = status >= 200 && status < 300 && code === undefined;
    if (isDone && (await isEmpty(stream, signal))) return;
    stream.destroy();
    const afterMs = retryAfterMs(first(headers['retry-after']), new Date());
    throw new ClickHouseRefusal(status, code === undefined ? undefined : Number(first(code)), afterMs);
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

const first = (header: string | string[] | undefined) => (Array.isArray(header) ? header[0] : header);

/** Throws when the connection breaks off inside the body. */
async function isEmpty(stream: Readable, signal: AbortSignal): Promise<boolean> {
  for await (const chunk of addAbortSignal(signal, stream) as AsyncIterable<Buffer>)
    if (chunk.length > 0) return false;
  return true;
}

function agentTo({ url, caCertificate }: ClickHouseSettings, network: DeliveryNetwork): http.Agent {
  const { protocol, hostname, port } = new URL(url);
  const host = unbracketed(hostname);
  const encrypted = protocol === 'https:';
  const ca = caCertificate === undefined ? {} : { ca: caCertificate };
  const to = encrypted ? { host, port: Number(port || 443), tls: ca } : { host, port: Number(port || 80) };
  const agent = new (encrypted ? https : http).Agent({ keepAlive: true });
  agent.createConnection = () => {
    const socket = network.connect(to);
    // A TLS socket may emit a second error after the request has removed its listener.
    return socket.on('error', () => undefined);
  };
  return agent;
}
