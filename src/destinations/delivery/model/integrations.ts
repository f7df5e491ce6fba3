/**
 * Whether an event's `integrations` let it go to the destination type of this title (WIRE 3.5): a boolean of the title's
 * own decides, an object is on with options, everything else falls back to `All`, which is on unless it is `false`.
 */
export function isWanted(integrations: unknown, title: string): boolean {
  if (typeof integrations !== 'object' || integrations === null || Array.isArray(integrations)) return true;
  const own = valueOf(integrations, title);
  if (typeof own === 'boolean') return own;
  if (typeof own === 'object' && own !== null) return true;
  return valueOf(integrations, 'All') !== false;
}

/** Own keys only: a title such as `constructor` must not find what every object has. */
function valueOf(object: object, key: string): unknown {
  return Object.entries(object).find(([name]) => name === key)?.[1];
}
