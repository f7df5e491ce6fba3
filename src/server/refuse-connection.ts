import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';
import { withDeadline } from '../resilience/time-limit.js';

interface Refusal {
  readonly status: string;
  readonly code: string;
  readonly message: string;
}

const UNREADABLE: Refusal = {
  status: '400 Bad Request',
  code: 'bad_request',
  message: 'This is not valid HTTP',
};

/** By error code of Node's HTTP parser. Any other code means that the bytes are not HTTP. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'headers_too_large',
    message: 'The address and the headers are too large',
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: '413 Payload Too Large',
    code: 'payload_too_large',
    message: 'Exceed payload limit: the chunk extensions are too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'request_timeout',
    message: 'The request took too long to arrive',
  },
};

/** How long a refused client may keep sending, in ms. Closing at once would reset the connection and lose the answer. */
const LINGER_MS = 500;

const refused = new WeakSet<Duplex>();

/**
 * Answers bytes that Node's parser refuses, before there is a request object, in the shape of every other error (WIRE 1.6),
 * and closes the connection. Complete requests that arrived earlier on the connection are answered first.
 */
export function refuseConnection(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (refused.has(socket)) return;
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy(error);
    return;
  }
  const current = currentAnswer(socket);
  if (current?.req.complete === true) {
    current.once('finish', () => refuseConnection(error, socket));
    return;
  }
  if (current?.headersSent === true) {
    socket.destroy(error);
    return;
  }
  refused.add(socket);
  socket.end(textOf(REFUSALS[error.code ?? ''] ?? UNREADABLE));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  void withDeadline(closed, LINGER_MS).then(() => socket.destroy());
}

/** Answers an Expect header other than `100-continue`. */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const body = bodyOf({ code: 'bad_request', message: 'The only supported expectation is 100-continue' });
  response.writeHead(417, headersOf(body)).end(body);
}

/** The unfinished answer of a connection. Node's own handler reads this undocumented property too; a spec watches it. */
const currentAnswer = (socket: Duplex): ServerResponse | null | undefined =>
  (socket as { _httpMessage?: ServerResponse | null })._httpMessage;

const bodyOf = ({ code, message }: Pick<Refusal, 'code' | 'message'>): string =>
  JSON.stringify({ success: false, message, code });

const headersOf = (body: string): Record<string, string> => ({
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': String(Buffer.byteLength(body)),
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  Connection: 'close',
});

function textOf(refusal: Refusal): string {
  const body = bodyOf(refusal);
  const headers = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${refusal.status}`, ...headers, '', body].join('\r\n');
}
