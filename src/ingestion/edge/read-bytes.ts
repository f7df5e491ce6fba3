import { type IncomingMessage } from 'node:http';
import { BodyTooLarge } from './body-too-large.js';

/** Bytes past the limit that are thrown away so that the sender can finish and read its answer. */
const PATIENCE = 4 * 1024 * 1024;

/**
 * Reads a body of at most `limit` bytes and buffers no more than that: the rest of a larger one is discarded, and the
 * promise rejects with BodyTooLarge. Never settles when the sender goes away in the middle: there is nobody to answer.
 */
export function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (length > limit + PATIENCE) reject(new BodyTooLarge(true));
    });
    request.on('end', () => {
      if (length > limit) reject(new BodyTooLarge());
      else resolve(Buffer.concat(chunks));
    });
    // A sender that goes away is an error of the stream, and one without a listener ends the process.
    request.on('error', () => {
      chunks.length = 0;
    });
    if (Number(request.headers['content-length'] ?? 0) > limit + PATIENCE) reject(new BodyTooLarge(true));
  });
}
