import { generateSchema } from '@nestjs/swagger';
import { type Handler } from '../contract/handler.js';
import { secretsOf } from '../contract/settings-marks.js';

export type SettingsSchema = ReturnType<typeof generateSchema>['schema'];

/**
 * JSON Schema of a type's settings, as it is in the OpenAPI document: secrets are marked `writeOnly`, a setting with a default
 * may be left out, and nothing else may be given. Descriptions and rules come from the Nest CLI's plugin, so it is complete
 * only in the built output.
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
