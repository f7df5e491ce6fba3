import { isJsonObject, type JsonObject } from '../../events/event.js';

/** Whether a JSON value has more levels than allowed. Looks no deeper than that, so no input can exhaust the stack. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const part of Object.values(value)) if (isDeeperThan(part, levels - 1)) return true;
  return false;
}

/** How many keys an object has, with those of the objects in it. The caller knows that it is not deep. */
export function keysIn(value: JsonObject): number {
  return Object.values(value).reduce<number>(
    (keys, part) => keys + 1 + (isJsonObject(part) ? keysIn(part) : 0),
    0,
  );
}

/**
 * Both objects in one; where both have an object it goes on inside, else `over` wins, also with a null (WIRE 1.5).
 * Spreads and own properties only: a key called `__proto__` stays an ordinary key.
 */
export function deepMerge(under: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...under, ...over };
  for (const [key, value] of Object.entries(over)) {
    const other = Object.hasOwn(under, key) ? under[key] : undefined;
    if (isJsonObject(other) && isJsonObject(value)) merged[key] = deepMerge(other, value);
  }
  return merged;
}
