import { connect } from 'node:net';

/**
 * Speaks to a port without an HTTP client's manners: sends the parts as they are, and answers with all that came until the
 * other side closed.
 */
export function rawHttp(port: number, parts: Iterable<string | Buffer>): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const left = parts[Symbol.iterator]();
    const chunks: Buffer[] = [];
    const sendMore = (): void => {
      while (!socket.destroyed) {
        const part = left.next();
        if (part.done === true || !socket.write(part.value)) return;
      }
    };
    socket.on('connect', sendMore).on('drain', sendMore);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    // Whoever is hung up on while still talking gets an error; what was answered before counts.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
  });
}
