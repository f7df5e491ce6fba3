import { connect } from 'node:net';
import { type Row } from './row.js';

export interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

export interface Conversation {
  readonly answers: readonly Answer[];
  /** Time until the connection was closed, in ms. */
  readonly ms: number;
}

/**
 * Speaks to a port without an HTTP client's manners: sends the parts as they are and listens until the other side closes.
 * Throws when it has not closed in time.
 */
export async function converse(
  port: number,
  { parts, withinMs = 5_000, deaf }: Pick<Row, 'parts' | 'withinMs' | 'deaf'>,
): Promise<Conversation> {
  const started = performance.now();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const heard: Buffer[] = [];
  if (deaf) socket.on('connect', () => socket.pause());
  // Whoever does not read learns only by talking that nobody listens any more.
  const knock = deaf ? setInterval(() => socket.write('\r\n'), 500) : undefined;
  socket.on('data', (chunk: Buffer) => heard.push(chunk));
  // Whoever is hung up on while still talking gets an error; what was answered before counts.
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.destroy());
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const late = new AbortController();
  const limit = setTimeout(() => {
    late.abort();
    socket.destroy();
  }, withinMs);
  for await (const part of parts()) {
    if (socket.destroyed) break;
    if (!socket.write(part))
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
  }
  await closed;
  clearTimeout(limit);
  clearInterval(knock);
  const answers = deaf ? [] : answersIn(Buffer.concat(heard).toString('latin1'));
  if (late.signal.aborted) {
    const statuses = answers.map(({ status }) => status).join(', ');
    throw new Error(`still open after ${withinMs} ms; answered so far: ${statuses}`);
  }
  return { answers, ms: performance.now() - started };
}

/** The product's answers all have a Content-Length, but those that may not have a body. */
function answersIn(text: string): Answer[] {
  const answers: Answer[] = [];
  let rest = text;
  while (rest !== '') {
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(rest)?.[1] ?? NaN);
    const end = rest.indexOf('\r\n\r\n');
    if (Number.isNaN(status) || end < 0)
      throw new Error(`not an answer: ${JSON.stringify(rest.slice(0, 200))}`);
    const headers = rest.slice(0, end);
    // Node itself refuses a request without Host in chunks, of which there are none.
    const chunked = rest.startsWith('0\r\n\r\n', end + 4) ? 5 : 0;
    const length = Number(/^content-length: (\d+)/im.exec(headers)?.[1] ?? chunked);
    const body = rest.slice(end + 4, end + 4 + length);
    answers.push({ status, headers, body });
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}
