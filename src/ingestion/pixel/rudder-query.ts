import { type NextFunction, type Response } from 'express';
import { type KeyedRequest } from '../../auth/keyed-request.js';
import { type JsonObject } from '../../events/event.js';
import { fromDotted } from './dotted.js';
import { queryOf, receivedFrom } from './query.js';
import { readValue } from './read-value.js';

/** Fields of a page that belong to its context and to its properties. */
const PAGE_FIELDS = ['path', 'url', 'referrer', 'title', 'search'];

/** Express middleware: turns the query of a RudderStack pixel into the body of a tracking call (WIRE 5.6). */
export function rudderQueryToBody(request: KeyedRequest, _response: Response, next: NextFunction): void {
  receiveRudderQuery(request);
  next();
}

export function receiveRudderQuery(request: KeyedRequest): void {
  const isPage = /\/page\/?$/.test(request.path);
  request.received = receivedFrom(messageOf(queryOf(request), isPage));
}

function messageOf(query: URLSearchParams, isPage: boolean): JsonObject {
  // A pixel cannot choose its destinations, so its parameters for them are left out.
  const parameters = [...query].filter(([name]) => name.split('.')[0] !== 'integrations');
  const message: JsonObject = { channel: 'web', ...fromDotted(parameters, readValue) };
  message.integrations = { All: true };
  const { anonymousId, name } = message;
  // AMP's CLIENT_ID may come in quotes.
  if (typeof anonymousId === 'string') message.anonymousId = anonymousId.replace(/^"(.*)"$/s, '$1');
  if (name === '' && isPage) message.name = 'Unknown Page';
  else if (name === '') Reflect.deleteProperty(message, 'name');
  if (isPage) sharePage(message);
  return message;
}

/** RudderStack's document accepts these fields on either side and shows them on both; a sent field is never overwritten. */
function sharePage(message: JsonObject): void {
  const context = objectAt(message, 'context');
  const page = context && objectAt(context, 'page');
  const properties = objectAt(message, 'properties');
  if (!context || !page || !properties) return;
  for (const field of PAGE_FIELDS) {
    const value = page[field] ?? properties[field];
    if (value === undefined) continue;
    page[field] ??= value;
    properties[field] ??= value;
  }
  if (Object.keys(page).length > 0) context.page = page;
  if (Object.keys(context).length > 0) message.context = context;
  message.properties = properties;
}

/** The object under a key, a new one if the key is missing, undefined for another value. */
function objectAt(parent: JsonObject, key: string): JsonObject | undefined {
  const value = parent[key] ?? {};
  return typeof value === 'object' ? (value as JsonObject) : undefined;
}
