import { type Request } from 'express';
import { type Received } from '../../events/call.js';
import { type JsonObject } from '../../events/event.js';

/**
 * The parameters as browsers write them; Express's own reading makes arrays and objects of some (WIRE 10.7). What is before
 * them may be no URL at all: a request may bring an absolute one with any nonsense for a host.
 */
export const queryOf = (request: Request): URLSearchParams =>
  new URLSearchParams(/\?([^#]*)/.exec(request.originalUrl)?.[1] ?? '');

/** A message made of parameters, as if it had been a JSON body: a short query can make a long one, and that one counts. */
export function receivedFrom(message: JsonObject): Received {
  const text = JSON.stringify(message);
  return { at: new Date(), body: message, text, bytes: Buffer.byteLength(text) };
}
