import { type IncomingMessage } from 'node:http';
import { type Arrivals } from './arrivals.js';
import { BodyTooLarge } from './body-too-large.js';
import { ByteBuffer } from './byte-buffer.js';

/** Bytes past the limit that are thrown away so that the sender can finish and read its answer. */
const PATIENCE = 4 * 1024 * 1024;
/** Most pieces a body may come in. Each costs about a microsecond, even a chunk of one byte. */
const MAX_PIECES = 10_000;

/**
 * Reads a body of at most `limit` bytes and holds no more than that: the rest of a larger one is discarded, and the promise
 * rejects with BodyTooLarge; with TooManyArriving when all bodies together hold too much. Never settles when the sender
 * goes away in the middle: there is nobody to answer.
 */
export function readBytes(request: IncomingMessage, limit: number, arrivals: Arrivals): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const kept = new ByteBuffer(limit);
    let length = 0;
    let pieces = 0;
    const forget = (): void => {
      arrival.end();
      kept.close();
    };
    const fail = (reason: Error): void => {
      forget();
      reject(reason);
    };
    const arrival = arrivals.begin(fail);
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      pieces += 1;
      if (pieces > MAX_PIECES) {
        // Not one more of them: the rest waits in the network until the answer closes the connection.
        request.pause();
        fail(new BodyTooLarge(true, 'the body comes in too many pieces'));
      } else if (length <= limit) arrival.hold(kept.add(chunk));
      else if (length <= limit + PATIENCE) forget();
      else fail(new BodyTooLarge(true));
    });
    request.on('end', () => {
      const whole = kept.whole();
      if (length > limit) fail(new BodyTooLarge());
      else resolve(whole);
      arrival.end();
    });
    // A sender that goes away is an error of the stream, and one without a listener ends the process.
    request.on('error', forget);
    if (Number(request.headers['content-length'] ?? 0) > limit + PATIENCE) fail(new BodyTooLarge(true));
  });
}
