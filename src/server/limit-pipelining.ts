import { type RequestListener } from 'node:http';
import { type Socket } from 'node:net';

/** Most requests of one connection that may wait behind another; real clients have none. */
const MAX_WAITING = 100;

/**
 * Serves pipelined requests of a connection one after the other, and closes the connection when too many wait. One packet
 * can hold more than a thousand requests, and Node would start them all at once: other clients would starve, and answers
 * that the sender does not read would fill the memory.
 */
export function limitPipelining(serve: RequestListener): RequestListener {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    // A response gets its socket when the responses before it are finished.
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
