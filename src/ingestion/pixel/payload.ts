import { CallError } from '../../events/call-error.js';

/**
 * Text of a pixel's `data` parameter: JSON as it is, or base64 in any of its forms (WIRE 4.2). Both alphabets, padded or not,
 * wrapped by mail programs, and with the blanks that a query makes of `+`. Throws `invalid_encoding`.
 */
export function payloadOf(data: string): string {
  const trimmed = data.trim();
  const text = trimmed.startsWith('{') ? trimmed : fromBase64(data);
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function fromBase64(data: string): string {
  const base64 = data
    .replace(/[\r\n\t]/g, '')
    .replace(/[ -]/g, '+')
    .replaceAll('_', '/')
    .replace(/=+$/, '');
  // Buffer.from never fails: it skips what it does not know, and an event of garbage would be the result.
  if (!/^[A-Za-z0-9+/]+$/.test(base64) || base64.length % 4 === 1) {
    throw new CallError('invalid_encoding', 'data is neither JSON nor base64');
  }
  return Buffer.from(base64, 'base64').toString();
}

/** `writeKey` in base64, for each of the three places at which it can begin within four characters. */
const KEY_AND_REST = /(?:d3JpdGVLZX|dyaXRlS2V5|3cml0ZUtle).*/s;

/** What a record may show of data that cannot be decoded, such as base64 that a mail program has cut off: no write key. */
export function undecoded(data: string): string {
  return data.replace(/[\r\n\t]/g, '').replace(KEY_AND_REST, '***');
}
