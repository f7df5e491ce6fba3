import { isUtf8 } from 'node:buffer';

/** The write key of a call, if it has one. */
export interface FoundKey {
  readonly key?: string;
  /** The body has another key than the header or the address, which win. */
  readonly mismatch: boolean;
}

/**
 * Finds the write key of a call (WIRE 1.2), first match wins: the user name of Basic authorisation, `inAddress` (beacons
 * only), `writeKey` of the body, the `writeKey` that all items of a batch share. A Bearer token is never the key.
 */
export function writeKeyOf(authorization: string | undefined, body: unknown, inAddress?: string): FoundKey {
  const inBody = keyIn(body) ?? sharedKeyOf(body);
  const outside = basicUserOf(authorization) ?? nonEmpty(inAddress);
  const key = outside ?? inBody;
  if (key === undefined) return { mismatch: false };
  return { key, mismatch: inBody !== undefined && inBody !== key };
}

/**
 * User name of a Basic header, with or without the colon. A value that is not base64 of text, such as a key that was not
 * encoded, counts as no header, so that the body decides.
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

/** Items that are not objects cannot have a key. They are rejected later, without the rest of their batch. */
function sharedKeyOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('batch' in body) || !Array.isArray(body.batch))
    return undefined;
  const items = body.batch.filter((item) => typeof item === 'object' && item !== null);
  const first = keyIn(items[0]);
  return items.every((item) => keyIn(item) === first) ? first : undefined;
}

/** A key read from a file or from the output of a command ends in a line feed. No key has blanks at its ends. */
function nonEmpty(value: unknown): string | undefined {
  const key = typeof value === 'string' ? value.trim() : '';
  return key === '' ? undefined : key;
}
