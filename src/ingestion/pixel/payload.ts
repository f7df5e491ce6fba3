import { CallError } from '../../events/call-error.js';

/**
 * Text of a pixel's `data` parameter, which is JSON, or base64 in any form (WIRE 4.2): both alphabets, padded or not, wrapped by
 * mail programs, with a blank where a query had `+`. Throws `invalid_encoding`.
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
  // Buffer.from never fails: it skips unknown characters, and would produce an event of garbage.
  if (!/^[A-Za-z0-9+/]+$/.test(base64) || base64.length % 4 === 1) {
    throw new CallError('invalid_encoding', 'data is neither JSON nor base64');
  }
  return Buffer.from(base64, 'base64').toString();
}

/** `writeKey` in base64, at each of the three offsets that it can have within a group of bytes, and everything after it. */
const KEY_AND_REST = /(?:d3JpdGVLZX|dyaXRlS2V5|3cml0ZUtle).*/s;

/** The text for the record of data that cannot be decoded, such as base64 that a mail program cut off; without a write key. */
export function undecoded(data: string): string {
  return data.replace(/[\r\n\t]/g, '').replace(KEY_AND_REST, '***');
}
