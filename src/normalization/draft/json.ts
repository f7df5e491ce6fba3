import { isJsonObject, type JsonObject } from '../../events/event.js';

/** Whether a JSON value has more levels than given. It descends no further, so that no input exhausts the stack. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((part) => isDeeperThan(part, levels - 1));
  // A value of JSON has no enumerable property of a prototype, and this needs no list of the values.
  for (const key in value) if (isDeeperThan((value as JsonObject)[key], levels - 1)) return true;
  return false;
}

/** Number of keys of an object and of the objects in it. The caller has checked that it is not deep. */
export function keysIn(value: JsonObject): number {
  return Object.values(value).reduce<number>(
    (keys, part) => keys + 1 + (isJsonObject(part) ? keysIn(part) : 0),
    0,
  );
}

/**
 * Merges two objects. Where both have an object these are merged too, else the value of `over` wins, even a null (WIRE 1.5).
 * It uses own properties only, so that a key named `__proto__` stays an ordinary key.
 */
export function deepMerge(under: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...under, ...over };
  for (const [key, value] of Object.entries(over)) {
    const other = Object.hasOwn(under, key) ? under[key] : undefined;
    if (isJsonObject(other) && isJsonObject(value)) merged[key] = deepMerge(other, value);
  }
  return merged;
}
