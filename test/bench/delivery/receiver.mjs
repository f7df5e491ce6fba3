import { createServer } from 'node:net';

/**
 * A receiver that costs little: it reads requests with a Content-Length, answers 200 in order, and looks at nothing else. It
 * runs in a process of its own, so that its CPU time is not that of the sender. Sends its port to its parent.
 */
const ANSWER = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n');
const END = Buffer.from('\r\n\r\n');
const LENGTH = /\r\ncontent-length: *(\d+)/i;

const server = createServer({ noDelay: true }, (socket) => {
  let rest = Buffer.alloc(0);
  /** Bytes of the current body that are still to come. */
  let left = 0;
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    rest = Buffer.alloc(0);
    while (bytes.length > 0) {
      if (left > 0) {
        const read = Math.min(left, bytes.length);
        bytes = bytes.subarray(read);
        left -= read;
        if (left === 0) socket.write(ANSWER);
        continue;
      }
      const end = bytes.indexOf(END);
      if (end === -1) {
        rest = Buffer.from(bytes);
        return;
      }
      left = Number(LENGTH.exec(bytes.toString('latin1', 0, end))?.[1] ?? 0);
      bytes = bytes.subarray(end + END.length);
      if (left === 0) socket.write(ANSWER);
    }
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.(typeof address === 'object' ? address?.port : undefined);
});
process.once('disconnect', () => process.exit());
