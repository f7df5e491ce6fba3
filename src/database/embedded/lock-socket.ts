import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { withDeadline } from '../../resilience/time-limit.js';

/** The process that listens on a socket; `pid` is missing when it is too busy to answer. */
export type Owner = { readonly alive: false } | { readonly alive: true; readonly pid?: number };

const ANSWER_TIMEOUT_MS = 500;
/** Errors of `connect` when no process listens any more. */
const DEAD = new Set(['ECONNREFUSED', 'ENOENT']);
/** Error of `connect` when a process listens but its queue of connections is full. */
const BUSY = 'EAGAIN';

/** Listens on a unix socket and sends the id of this process to each connection. Does not keep the process alive. */
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

/** Finds out which process listens on a unix socket. Rejects with the error of `connect` when that says nothing about it. */
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

/** The text that arrives until the socket closes or the time is over. */
async function answerOf(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8').on('data', (part: string) => (text += part));
  socket.on('error', () => socket.destroy());
  await withDeadline(new Promise((resolve) => socket.once('close', resolve)), ANSWER_TIMEOUT_MS);
  socket.destroy();
  return text;
}
