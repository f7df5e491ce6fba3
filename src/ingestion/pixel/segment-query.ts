import { type NextFunction, type Response } from 'express';
import { type KeyedRequest } from '../../auth/keyed-request.js';
import { type Received } from '../../events/call.js';
import { CallError } from '../../events/call-error.js';
import { type JsonObject } from '../../events/event.js';
import { parseBody } from '../edge/parse-body.js';
import { fromDotted } from './dotted.js';
import { payloadOf, undecoded } from './payload.js';
import { queryOf, receivedFrom } from './query.js';
import { readSwitches, readValue } from './read-value.js';

/** Express middleware: turns the query of a Segment pixel into the body of a tracking call (WIRE 4.2). */
export function segmentQueryToBody(request: KeyedRequest, _response: Response, next: NextFunction): void {
  receiveSegmentQuery(request);
  next();
}

export function receiveSegmentQuery(request: KeyedRequest): void {
  const query = queryOf(request);
  const data = query.get('data') ?? '';
  request.received =
    data === '' ? receivedFrom(messageOf(query)) : receivedFromData(data, query.get('writeKey'));
}

function messageOf(query: URLSearchParams): JsonObject {
  query.delete('data');
  const message = fromDotted(query, readValue);
  // AMP sends `name=` for a page without a name; an empty name would be rejected.
  for (const field of ['name', 'category']) {
    if (message[field] === '') Reflect.deleteProperty(message, field);
  }
  readSwitches(message);
  return message;
}

/** With `data` every other parameter is ignored, except a write key that the payload lacks. */
function receivedFromData(data: string, writeKey: string | null): Received {
  const at = new Date();
  let text = undecoded(data);
  try {
    text = payloadOf(data);
    const message = parseBody(text);
    if (writeKey !== null) message.writeKey ||= writeKey;
    readSwitches(message);
    return { at, body: message, text, bytes: Buffer.byteLength(text) };
  } catch (fault) {
    if (!(fault instanceof CallError)) throw fault;
    // The write key still names the source of the unreadable payload.
    const body = writeKey === null ? undefined : { writeKey };
    return { at, body, text, bytes: Buffer.byteLength(text), fault };
  }
}
