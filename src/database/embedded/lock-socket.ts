import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What became known about whoever listens on a socket; `pid` is missing when it is too busy to answer. */
export type Owner = { readonly alive: false } | { readonly alive: true; readonly pid?: number };

const ANSWER_TIMEOUT_MS = 500;
/** What connecting says: nobody listens any more, or somebody does who has no time. */
const DEAD = new Set(['ECONNREFUSED', 'ENOENT']);
const BUSY = 'EAGAIN';

/** Listens on a unix socket and tells each caller the id of this process. Does not keep the process alive. */
export async function answerOwner(path: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(`${process.pid}\n`);
  });
  server.listen(path).unref();
  await once(server, 'listening');
  return server;
}

/** Stops listening. */
export function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => {
      done();
    });
  });
}

/** Asks who listens on a unix socket. */
export async function askOwner(path: string): Promise<Owner> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (DEAD.has(code)) return { alive: false };
    if (code === BUSY) return { alive: true };
    throw error;
  }
  const pid = Number.parseInt(await answerOf(socket), 10);
  return Number.isNaN(pid) ? { alive: true } : { alive: true, pid };
}

function answerOf(socket: Socket): Promise<string> {
  return new Promise((answer) => {
    let text = '';
    socket.setEncoding('utf8').setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy());
    socket.on('data', (part: string) => (text += part));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      answer(text);
    });
  });
}
