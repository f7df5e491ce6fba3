import { type JsonObject } from '../../events/event.js';

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const SCREEN = new Set(['width', 'height', 'density']);
const SWITCHES: Readonly<Record<string, boolean>> = { true: true, false: false };

/**
 * Turns a text of a query into a number where the vendors' documents show numbers, which is under `properties` and for the
 * sizes of `context.screen`, and only if the number has the same text (WIRE 5.6 item 5).
 */
export function readValue([field, key, leaf]: readonly string[], text: string): number | string {
  const mayBeNumber =
    (field === 'properties' && key !== undefined) ||
    (field === 'context' && key === 'screen' && SCREEN.has(leaf ?? ''));
  return mayBeNumber && DECIMAL.test(text) && String(Number(text)) === text ? Number(text) : text;
}

/** Turns the texts `true` and `false` in `integrations` into booleans, which a query cannot hold (WIRE 3.5). */
export function readSwitches({ integrations }: JsonObject): void {
  if (typeof integrations !== 'object' || integrations === null) return;
  for (const [name, value] of Object.entries(integrations as JsonObject)) {
    if (value === 'true' || value === 'false') (integrations as JsonObject)[name] = SWITCHES[value];
  }
}
