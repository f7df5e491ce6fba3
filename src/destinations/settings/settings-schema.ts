import { generateSchema } from '@nestjs/swagger';
import { type Handler } from '../contract/handler.js';
import { secretsOf } from '../contract/settings-marks.js';

export type SettingsSchema = ReturnType<typeof generateSchema>['schema'];

/**
 * JSON Schema of a type's settings, as in the OpenAPI document. Secrets are `writeOnly`, settings with a default are optional,
 * and other properties are not allowed. The plugin of the Nest CLI adds descriptions and rules at build time, so the schema
 * is complete in the built output only.
 */
export function settingsSchema(handler: Pick<Handler, 'title' | 'settings'>): SettingsSchema {
  const { properties = {}, required = [] } = generateSchema(handler.settings).schema;
  const secrets = new Set(secretsOf(handler.settings));
  const shown = Object.entries(properties).map(([name, schema]) => [
    name,
    secrets.has(name) ? { ...schema, writeOnly: true } : schema,
  ]);
  return {
    type: 'object',
    title: `${handler.title} settings`,
    properties: Object.fromEntries(shown) as typeof properties,
    required: required.filter((name) => !('default' in (properties[name] ?? {}))),
    additionalProperties: false,
  };
}
