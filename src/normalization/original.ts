import { type Call } from '../events/call.js';
import { stringifyJson } from '../events/exact-json.js';

/**
 * A write key in JSON, in what was meant to be JSON, or in a query. An imported key may have any visible character, so a
 * quoted one ends at its quote only, and another one at the next parameter: rather too much is hidden than a part shown. None
 * has more than 256 characters, and what escapes could go on for is bounded, because looking costs stack.
 */
const WRITE_KEY =
  /(writeKey["']?\s*[:=]\s*)(?:(")(?!")[^"\\]*(?:\\.[^"\\]*){0,256}|(')(?!')[^'\\]*(?:\\.[^'\\]*){0,256}|[^"'&\s][^&\s]*)/gs;

/** The text of a rejected message as it was sent, for the rejected topic; records never hold a write key (DESIGN 5.3). */
export function originalOf(call: Call, message?: unknown): string {
  const text =
    message === undefined || call.form === 'single'
      ? call.received.text
      : textOf(message, call.received.text);
  return text.replace(WRITE_KEY, '$1$2$3***');
}

/** A message can be nested so deep that writing it out exhausts the stack; then the whole body has to do. */
function textOf(message: unknown, body: string): string {
  try {
    return stringifyJson(message);
  } catch (error) {
    if (error instanceof RangeError) return body;
    throw error;
  }
}
