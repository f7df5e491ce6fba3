import { type Call } from '../events/call.js';
import { stringifyJson } from '../events/exact-json.js';

/**
 * A write key in JSON, in broken JSON, or in a query. An imported key may have any visible character: a quoted key ends only at
 * its quote, another one at the next parameter. When in doubt too much is masked, never too little. A key has at most 256
 * characters, and the escapes are bounded too, because matching them needs stack.
 */
const WRITE_KEY =
  /(writeKey["']?\s*[:=]\s*)(?:(")(?!")[^"\\]*(?:\\.[^"\\]*){0,256}|(')(?!')[^'\\]*(?:\\.[^'\\]*){0,256}|[^"'&\s][^&\s]*)/gs;

/** The text of a rejected message as sent, with its write key masked: records never hold a key (DESIGN 5.3). */
export function originalOf(call: Call, message?: unknown): string {
  const text =
    message === undefined || call.form === 'single'
      ? call.received.text
      : textOf(message, call.received.text);
  return text.replace(WRITE_KEY, '$1$2$3***');
}

/** A message may be nested too deep to be written as JSON; then the whole body takes its place. */
function textOf(message: unknown, body: string): string {
  try {
    return stringifyJson(message);
  } catch (error) {
    if (error instanceof RangeError) return body;
    throw error;
  }
}
