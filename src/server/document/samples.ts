import { type OpenAPIObject } from '@nestjs/swagger';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
type SchemaOrReference = Schemas[string];

const REFERENCE = '#/components/schemas/';

/**
 * An example of a schema, composed of the examples of its fields. An optional field without one is left out. Undefined if a
 * required field has none: then the route must show an example itself.
 */
export function sampleOf(given: SchemaOrReference, schemas: Schemas): unknown {
  if ('$ref' in given) {
    const schema = schemas[given.$ref.slice(REFERENCE.length)];
    return schema && sampleOf(schema, schemas);
  }
  const schema = given as Exclude<SchemaOrReference, { $ref: string }> & { const?: unknown };
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum) return schema.enum[0] as unknown;
  const [variant] = schema.oneOf ?? schema.anyOf ?? [];
  if (variant) return sampleOf(variant, schemas);
  if (schema.allOf)
    return Object.assign({}, ...schema.allOf.map((part) => sampleOf(part, schemas))) as unknown;
  if (schema.properties) return objectOf(schema.properties, schema.required ?? [], schemas);
  return plainOf(schema, schemas);
}

function objectOf(properties: Schemas, required: readonly string[], schemas: Schemas): unknown {
  const fields = Object.entries(properties).map(([name, field]) => {
    const isNested = '$ref' in field || (field.items !== undefined && '$ref' in field.items);
    const isShown = required.includes(name) || 'example' in field || isNested;
    return [name, isShown ? sampleOf(field, schemas) : undefined] as const;
  });
  const isIncomplete = fields.some(([name, value]) => value === undefined && required.includes(name));
  return isIncomplete ? undefined : Object.fromEntries(fields.filter(([, value]) => value !== undefined));
}

function plainOf(schema: Exclude<SchemaOrReference, { $ref: string }>, schemas: Schemas): unknown {
  const types: readonly string[] = [schema.type ?? []].flat();
  if (types.includes('array')) {
    const item = schema.items && sampleOf(schema.items, schemas);
    return item === undefined ? undefined : [item];
  }
  if (types.includes('null')) return null;
  if (types.includes('boolean')) return true;
  if (schema.format === 'date-time') return '2026-11-21T15:04:05.000Z';
  return undefined;
}
