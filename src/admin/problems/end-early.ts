import { type Request, type Response } from 'express';
import { withDeadline } from '../../resilience/time-limit.js';

/** How long the sender of a refused body may go on, in ms. Closing at once would reset the connection and lose the answer. */
const LINGER_MS = 500;

/** Whether a part of the request's body has not been read yet. */
export function hasUnreadBody({ complete, headers }: Request): boolean {
  if (complete) return false;
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/**
 * Sends an answer before the request's body has arrived, and closes the connection. The caller gets the whole answer at once.
 * What still arrives is discarded, so it takes no memory.
 */
export function endEarly(request: Request, response: Response, text: string): void {
  response.set({ Connection: 'close', 'Content-Length': String(Buffer.byteLength(text)) });
  response.write(text);
  const arrived = new Promise((resolve) => {
    request.once('end', resolve).once('close', resolve).on('error', resolve);
  });
  request.resume();
  void withDeadline(arrived, LINGER_MS).then(() => response.end());
}
