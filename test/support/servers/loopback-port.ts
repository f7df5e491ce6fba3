import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const FIRST = 20_000;
/** So many for each worker of a test run, which looks for a port beside others and closes it again before it is used. */
const EACH = 1_200;
const WORKERS = 10;

/**
 * A free port below the range that the system gives to outgoing connections. From that range, a client that keeps trying to
 * reach a killed server could be handed the server's own port and either take it away or connect to itself.
 */
export async function loopbackPort(): Promise<number> {
  const worker = Number(process.env['VITEST_POOL_ID'] ?? 0) % WORKERS;
  for (;;) {
    const port = FIRST + worker * EACH + Math.floor(Math.random() * EACH);
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

/** Sends a text to a loopback port and resolves with the first bytes of the answer, or with nothing when none was asked for. */
export async function ask(port: number, question = ''): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.setTimeout(1_000, () => socket.destroy(new Error('no answer within a second')));
  try {
    await once(socket, 'connect');
    if (question === '') return '';
    socket.write(question);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    return answer.toString();
  } finally {
    socket.destroy();
  }
}
