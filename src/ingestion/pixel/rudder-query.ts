import { type NextFunction, type Response } from 'express';
import { type KeyedRequest } from '../../auth/keyed-request.js';
import { type JsonObject } from '../../events/event.js';
import { fromDotted } from './dotted.js';
import { queryOf, receivedFrom } from './query.js';
import { readValue } from './read-value.js';

/** Facts of a page that its context and its properties both have. */
const PAGE_FIELDS = ['path', 'url', 'referrer', 'title', 'search'];

/** Makes a RudderStack pixel look like a tracking call (WIRE 5.6). */
export function rudderQueryToBody(request: KeyedRequest, _response: Response, next: NextFunction): void {
  const isPage = /\/page\/?$/.test(request.path);
  request.received = receivedFrom(messageOf(queryOf(request), isPage));
  next();
}

function messageOf(query: URLSearchParams, isPage: boolean): JsonObject {
  // A pixel cannot choose its destinations: whatever it says about them is left out.
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

/** The document takes page facts from either side and shows them on both; what is there is never overwritten. */
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

/** The object in that place, a new one where there is nothing, undefined where there is something else. */
function objectAt(parent: JsonObject, key: string): JsonObject | undefined {
  const value = parent[key] ?? {};
  return typeof value === 'object' ? (value as JsonObject) : undefined;
}
