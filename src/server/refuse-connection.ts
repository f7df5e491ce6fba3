import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Duplex } from 'node:stream';

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

/** By the codes of Node's HTTP parser; whatever is not listed could not be read at all. */
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

/** How long a refused sender may go on talking before it is cut off: hanging up at once would destroy its answer. */
const FAREWELL_MS = 500;

const refused = new WeakSet<Duplex>();

/**
 * Answers what Node's parser refuses, before there is a request, in the words of every other error (WIRE 1.6), and closes
 * the connection. Calls that came whole before it on the same connection are answered first.
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
  const cutOff = setTimeout(() => socket.destroy(), FAREWELL_MS);
  socket.once('close', () => clearTimeout(cutOff));
}

/** Answers an Expect header that asks for something else than `100-continue`. */
export function refuseExpectation(_request: IncomingMessage, response: ServerResponse): void {
  const body = bodyOf({ code: 'bad_request', message: 'The only known expectation is 100-continue' });
  response.writeHead(417, headersOf(body)).end(body);
}

/** The answer being made on a connection; Node itself asks this undocumented property in the same place. */
const currentAnswer = (socket: Duplex): ServerResponse | null | undefined =>
  (socket as { _httpMessage?: ServerResponse | null })._httpMessage;

const bodyOf = ({ code, message }: Pick<Refusal, 'code' | 'message'>): string =>
  JSON.stringify({ success: false, message, code });

const headersOf = (body: string): Record<string, string> => ({
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': String(Buffer.byteLength(body)),
  'Cache-Control': 'no-store',
  Connection: 'close',
});

function textOf(refusal: Refusal): string {
  const body = bodyOf(refusal);
  const headers = Object.entries(headersOf(body)).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${refusal.status}`, ...headers, '', body].join('\r\n');
}
