import { CallError } from '../../events/call-error.js';
import { type JsonObject } from '../../events/event.js';

/** The JSON object that a body is; throws `invalid_json` for everything else, also for an empty body (WIRE 1.6). */
export function parseBody(text: string): JsonObject {
  const value = parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new CallError('invalid_json', 'The body must be a JSON object');
}

/** The one place where text becomes values. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new CallError('invalid_json', 'The body is not valid JSON');
    throw error;
  }
}
