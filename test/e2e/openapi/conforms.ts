import { type OpenApi, resolve, type Schema } from './document.js';

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
};

/** What a value has against a schema, one sentence each with its place. */
export function breaches(value: unknown, given: Schema, document: OpenApi, place = 'body'): string[] {
  const schema = resolve(given, document);
  const inside = (part: unknown, of: Schema, key: string | number) =>
    breaches(part, of, document, `${place}.${key}`);
  const found: string[] = [];
  if (schema.type !== undefined && TYPES[schema.type]?.(value) !== true)
    return [`${place} is no ${schema.type}`];
  if (schema.enum?.includes(value) === false) found.push(`${place} is none of the listed values`);
  if (schema.const !== undefined && schema.const !== value) found.push(`${place} is another value`);
  for (const part of schema.allOf ?? []) found.push(...breaches(value, part, document, place));
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices?.every((choice) => breaches(value, choice, document, place).length > 0) === true)
    found.push(`${place} is none of the listed forms`);
  if (Array.isArray(value) && schema.items)
    found.push(...value.flatMap((item: unknown, index) => inside(item, schema.items!, index)));
  if (schema.properties === undefined || typeof value !== 'object' || value === null) return found;
  for (const name of schema.required ?? []) if (!(name in value)) found.push(`${place}.${name} is missing`);
  for (const [name, part] of Object.entries(value)) {
    const rule = schema.properties[name];
    if (rule) found.push(...inside(part, rule, name));
    else if (schema.additionalProperties !== true) found.push(`${place}.${name} is not in the document`);
  }
  return found;
}
