import { type JsonObject } from '../../events/event.js';

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
const SCREEN = new Set(['width', 'height', 'density']);
const SWITCHES: Readonly<Record<string, boolean>> = { true: true, false: false };

/**
 * Texts of a query become numbers where the documents show numbers, and only if they can be turned back without loss:
 * under `properties`, and the measures of `context.screen` (WIRE 5.6 item 5).
 */
export function readValue([field, key, leaf]: readonly string[], text: string): number | string {
  const mayBeNumber =
    (field === 'properties' && key !== undefined) ||
    (field === 'context' && key === 'screen' && SCREEN.has(leaf ?? ''));
  return mayBeNumber && DECIMAL.test(text) && String(Number(text)) === text ? Number(text) : text;
}

/** Destinations are switched by booleans, which a query cannot hold (WIRE 3.5). */
export function readSwitches({ integrations }: JsonObject): void {
  if (typeof integrations !== 'object' || integrations === null) return;
  for (const [name, value] of Object.entries(integrations as JsonObject)) {
    if (value === 'true' || value === 'false') (integrations as JsonObject)[name] = SWITCHES[value];
  }
}
