import { type RequestListener } from 'node:http';
import { type Socket } from 'node:net';

/** Most requests of one connection that may wait behind another; real clients have none. */
const MAX_WAITING = 100;

/**
 * Serves the requests of one connection one after the other, and hangs up when too many of them did not wait for their
 * answers. One packet can hold more than a thousand, and Node would start them all at once: nobody else would be served
 * meanwhile, and the answers would pile up in memory when the sender does not read them.
 */
export function limitPipelining(serve: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    // A response gets its socket when those before it are done.
    if (response.socket !== null) {
      serve(request, response);
      return;
    }
    const { socket } = request;
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    response.once('socket', () => {
      waiting.set(socket, (waiting.get(socket) ?? 1) - 1);
      setImmediate(() => serve(request, response));
    });
    if (count > MAX_WAITING) socket.destroy();
  };
}
