import { type OpenApi, resolve, type Schema } from './document.js';

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

const FORMATS: Readonly<Record<string, RegExp>> = {
  'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
  date: /^\d{4}-\d\d-\d\d$/,
};

/**
 * What a value has against a schema, one sentence each with its place. Stricter than JSON Schema in one thing: a field that
 * the schema does not name is a breach unless it allows for more.
 */
export function breaches(value: unknown, given: Schema, document: OpenApi, place = 'body'): string[] {
  const schema = resolve(given, document);
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some((type) => TYPES[type]?.(value) === true))
    return [`${place} is no ${types.join(' or ')}`];
  const found: string[] = [];
  if (schema.enum?.includes(value) === false) found.push(`${place} is none of the listed values`);
  if (schema.const !== undefined && schema.const !== value) found.push(`${place} is another value`);
  if (typeof value === 'string') found.push(...textBreaches(value, schema, place));
  if (typeof value === 'number') {
    if (value < (schema.minimum ?? -Infinity)) found.push(`${place} is too small`);
    if (value > (schema.maximum ?? Infinity)) found.push(`${place} is too large`);
  }
  for (const part of schema.allOf ?? []) found.push(...breaches(value, part, document, place));
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices?.every((choice) => breaches(value, choice, document, place).length > 0) === true)
    found.push(`${place} is none of the listed forms`);
  if (Array.isArray(value) && schema.items) {
    const { items } = schema;
    found.push(...value.flatMap((item, index) => breaches(item, items, document, `${place}.${index}`)));
  }
  if (TYPES['object']!(value)) found.push(...fieldBreaches(value as object, schema, document, place));
  return found;
}

function textBreaches(value: string, schema: Schema, place: string): string[] {
  const found: string[] = [];
  const { minLength = 0, maxLength = Infinity, pattern, format = '' } = schema;
  if (value.length < minLength) found.push(`${place} is too short`);
  if (value.length > maxLength) found.push(`${place} is too long`);
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value))
    found.push(`${place} breaks its pattern`);
  if (FORMATS[format]?.test(value) === false) found.push(`${place} is no ${format}`);
  return found;
}

function fieldBreaches(value: object, schema: Schema, document: OpenApi, place: string): string[] {
  const { properties, required = [], additionalProperties } = schema;
  if (properties === undefined && typeof additionalProperties !== 'object') return [];
  const missing = required.filter((name) => !(name in value)).map((name) => `${place}.${name} is missing`);
  const others = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  const wrong = Object.entries(value).flatMap(([name, part]: [string, unknown]) => {
    const rule = properties?.[name] ?? others;
    if (rule) return breaches(part, rule, document, `${place}.${name}`);
    return additionalProperties === true ? [] : [`${place}.${name} is not in the document`];
  });
  return [...missing, ...wrong];
}
