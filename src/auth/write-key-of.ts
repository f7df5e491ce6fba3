import { isUtf8 } from 'node:buffer';

/** The write key of a call, if it has one. */
export interface FoundKey {
  readonly key?: string;
  /** The body names another key than the header or the address, which win. */
  readonly mismatch: boolean;
}

/**
 * Finds the write key of a call (WIRE 1.2): the user name of Basic authorisation, the address's `writeKey` (beacon only), the
 * body's, the one that all items of a batch share. Bearer authorises and never replaces it.
 */
export function writeKeyOf(authorization: string | undefined, body: unknown, query?: string): FoundKey {
  const inBody = keyIn(body) ?? sharedKeyOf(body);
  const outside = basicUserOf(authorization) ?? nonEmpty(query);
  const key = outside ?? inBody;
  if (key === undefined) return { mismatch: false };
  return { key, mismatch: inBody !== undefined && inBody !== key };
}

/**
 * User name of a Basic header, with or without the colon. What is not base64 of text, such as a key that somebody forgot
 * to encode, counts as no header at all, so that the body decides.
 */
function basicUserOf(authorization = ''): string | undefined {
  const encoded = /^basic +([\w+/-]+={0,2}) *$/i.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  if (!isUtf8(bytes)) return undefined;
  return nonEmpty(bytes.toString('utf8').split(':', 1)[0]);
}

function keyIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('writeKey' in value)) return undefined;
  return nonEmpty(value.writeKey);
}

/** Items that are no objects cannot carry a key; they are rejected later and do not cost their batch. */
function sharedKeyOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('batch' in body) || !Array.isArray(body.batch))
    return undefined;
  const items = body.batch.filter((item) => typeof item === 'object' && item !== null);
  const first = keyIn(items[0]);
  return items.every((item) => keyIn(item) === first) ? first : undefined;
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
