import { type Request } from 'express';
import { type Received } from '../../events/call.js';
import { type JsonObject } from '../../events/event.js';

/** The parameters as browsers write them; Express's own reading makes arrays and objects of some (WIRE 10.7). */
export const queryOf = (request: Request): URLSearchParams =>
  new URL(request.originalUrl, 'http://pixel').searchParams;

/** A message made of parameters, as if it had been a JSON body: a short query can make a long one, and that one counts. */
export function receivedFrom(message: JsonObject): Received {
  const text = JSON.stringify(message);
  return { at: new Date(), body: message, text, bytes: Buffer.byteLength(text) };
}
