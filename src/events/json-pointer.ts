/** JSON pointer (RFC 6901) to a property of the whole document, such as `/a~1b` for `a/b`. */
export const pointerTo = (property: string): string =>
  `/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/**
 * Compiles a JSON pointer (RFC 6901) into a function that returns the value at that place, or undefined. It reads own
 * properties only: the pointer `/constructor` must not find what every object inherits.
 */
export function valueAt(pointer: string): (document: unknown) => unknown {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return (document) => steps.reduce(childOf, document);
}

function childOf(value: unknown, step: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(step)) return undefined;
  return (value as Record<string, unknown>)[step];
}
