import { CallError } from '../../events/call-error.js';
import { type JsonObject } from '../../events/event.js';
import { parseJson } from '../../events/exact-json.js';
import { bareNumbers } from '../../metrics/counters.js';
import { withoutBareNumbers } from './bare-numbers.js';

/** Parses a body as a JSON object; throws `invalid_json` for every other body, an empty one too (WIRE 1.6). */
export function parseBody(text: string): JsonObject {
  let value = parsed(text);
  if (value === undefined) value = parsedWithoutBareNumbers(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new CallError('invalid_json', 'The body must be a JSON object');
}

/** Accepts a body with the NaN that Python writes, so that its batch is not lost; other errors stay errors (WIRE 6.4.8). */
function parsedWithoutBareNumbers(text: string): unknown {
  const { text: repaired, count } = withoutBareNumbers(text);
  const value = count === 0 ? undefined : parsed(repaired);
  if (value === undefined) throw new CallError('invalid_json', 'The body is not valid JSON');
  bareNumbers.inc(count);
  return value;
}

/** Undefined for a text that is not JSON. */
function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
