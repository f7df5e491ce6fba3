/**
 * Compiles a JSON pointer (RFC 6901) into a function that finds the value it points to, or undefined. Own properties only: a
 * place called `constructor` must not find what every object has.
 */
export function valueAt(pointer: string): (document: unknown) => unknown {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return (document) => steps.reduce(below, document);
}

function below(value: unknown, step: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
  if (Array.isArray(value) && !/^(0|[1-9]\d*)$/.test(step)) return undefined;
  return (value as Record<string, unknown>)[step];
}
