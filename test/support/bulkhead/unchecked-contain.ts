import { type Socket } from 'node:net';

/** In place of `contain`: what a server sends reaches the client unchecked. */
export function contain<T extends Socket>(socket: T): T {
  socket.on('error', () => undefined);
  return socket;
}
