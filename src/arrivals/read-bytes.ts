import { type IncomingMessage } from 'node:http';
import { CallError } from '../events/call-error.js';
import { type Arrivals } from './arrivals.js';
import { ByteBuffer } from './byte-buffer.js';

/** A body larger than its limit, compressed or not. `endless` when the rest was too long to read to its end. */
export class BodyTooLarge extends CallError {
  constructor(
    readonly endless = false,
    detail = 'the body is too large',
  ) {
    super('payload_too_large', `Exceed payload limit: ${detail}`);
  }
}

/** Bytes past the limit that are read and discarded, so that the sender can finish and read the answer. */
const MAX_DISCARDED = 4 * 1024 * 1024;
/** Most pieces of a body. Each costs about a microsecond, even a chunk of one byte. */
const MAX_PIECES = 10_000;

/**
 * Reads a body of at most `limit` bytes and holds no more than that in memory. Rejects with BodyTooLarge for a larger one,
 * whose rest is discarded, and with TooManyArriving when all arriving bodies together hold too much. Never settles when the
 * sender closes the connection before the end: there is no caller left to answer.
 */
export function readBytes(request: IncomingMessage, limit: number, arrivals: Arrivals): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const kept = new ByteBuffer(limit);
    let length = 0;
    let pieces = 0;
    const discard = (): void => {
      arrival.end();
      kept.close();
    };
    const fail = (reason: Error): void => {
      discard();
      reject(reason);
    };
    const arrival = arrivals.begin(fail);
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      pieces += 1;
      if (pieces > MAX_PIECES) {
        // Stop reading: the rest stays in the network until the answer closes the connection.
        request.pause();
        fail(new BodyTooLarge(true, 'the body comes in too many pieces'));
      } else if (length <= limit) arrival.hold(kept.add(chunk));
      else if (length <= limit + MAX_DISCARDED) discard();
      else fail(new BodyTooLarge(true));
    });
    request.on('end', () => {
      const whole = kept.whole();
      if (length > limit) fail(new BodyTooLarge());
      else resolve(whole);
      arrival.end();
    });
    // A closed connection is an error of the stream, which would end the process without a listener.
    request.on('error', discard);
    if (Number(request.headers['content-length'] ?? 0) > limit + MAX_DISCARDED) fail(new BodyTooLarge(true));
  });
}
