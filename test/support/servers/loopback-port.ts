import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const FIRST = 20_000;
const PER_WORKER = 1_200;
const WORKERS = 10;

/**
 * The ports from which this worker of a test run picks. Each worker has its own range, so that workers do not meet. All are
 * below the range that the system gives to outgoing connections. A client that keeps connecting to a killed server could
 * otherwise get the server's own port: it would take the port away, or connect to itself.
 */
export function portRange(): { readonly first: number; readonly count: number } {
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % WORKERS;
  return { first: FIRST + worker * PER_WORKER, count: PER_WORKER };
}

/** A port that is free now. Another process may take it before it is bound, so servers start with `retryTakenPort`. */
export async function loopbackPort(): Promise<number> {
  const { first, count } = portRange();
  for (;;) {
    const port = first + Math.floor(Math.random() * count);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}

/** Connects to a loopback port and sends a text; resolves with the first bytes of the answer, or at once without a text. */
export async function exchange(port: number, text = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(1_000, () => socket.destroy(new Error('no answer within a second')));
  try {
    await once(socket, 'connect');
    if (text === '') return '';
    socket.write(text);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}
