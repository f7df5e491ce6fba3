import { isJsonObject, type JsonObject } from '../../events/event.js';

/** Settings hold lists and maps of texts, and nothing deeper. A hostile body may. */
const LEVELS = 2;

/**
 * Given settings without white space at the end of each text, as copies and files have it. A text of several lines, such as a
 * certificate, stays as it is. For settings from a caller only: a stored secret stays what it was.
 */
export const trimmedSettings = (given: JsonObject): JsonObject => trimmed(given, LEVELS) as JsonObject;

function trimmed(value: unknown, levels: number): unknown {
  if (typeof value === 'string') {
    const text = value.trimEnd();
    return text.includes('\n') ? value : text;
  }
  if (levels === 0) return value;
  if (Array.isArray(value)) return value.map((part: unknown) => trimmed(part, levels - 1));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, trimmed(part, levels - 1)]));
}
