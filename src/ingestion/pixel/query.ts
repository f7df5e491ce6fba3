import { type Request } from 'express';
import { type Received } from '../../events/call.js';
import { type JsonObject } from '../../events/event.js';
import { decodedByMail } from './mail-query.js';

/**
 * The query parameters, read as browsers write them; Express turns some into arrays and objects (WIRE 10.7). The part before
 * the query is not parsed: a request may name an absolute URL with an invalid host.
 */
export function queryOf(request: Request): URLSearchParams {
  const text = /\?(.*)/s.exec(request.originalUrl)?.[1] ?? '';
  return new URLSearchParams(decodedByMail(text));
}

/** A message built from parameters, measured as the JSON body that it stands for: a short query can make a long message. */
export function receivedFrom(message: JsonObject): Received {
  const text = JSON.stringify(message);
  return { at: new Date(), body: message, text, bytes: Buffer.byteLength(text) };
}
