import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { destinationTypes } from '../../src/destinations/settings/destination-types.js';

const DIST = join(import.meta.dirname, '../../dist/src/destinations');

interface Schema {
  readonly properties: Readonly<
    Record<string, { readonly description?: string; readonly writeOnly?: boolean }>
  >;
  readonly required: readonly string[];
  readonly additionalProperties: boolean;
}

/** From the built output, because a plugin of its compiler adds descriptions and rules. */
async function builtSchemas(): Promise<Map<string, Schema>> {
  const load = async (file: string): Promise<unknown> => import(pathToFileURL(join(DIST, file)).href);
  const types = (await load('settings/destination-types.js')) as {
    destinationTypes: typeof destinationTypes;
  };
  const { settingsSchema } = (await load('settings/settings-schema.js')) as {
    settingsSchema: (handler: object) => Schema;
  };
  return new Map(types.destinationTypes.map(({ type, handler }) => [type, settingsSchema(handler)]));
}

describe('the JSON Schema of a type’s settings', () => {
  it.each(destinationTypes)(
    'of $type describes every setting, and marks the secrets',
    async ({ type, secrets }) => {
      const { properties, additionalProperties } = (await builtSchemas()).get(type)!;
      const entries = Object.entries(properties);
      expect(entries.filter(([, { description = '' }]) => description.length < 10)).toEqual([]);
      const writeOnly = entries.filter((entry) => entry[1].writeOnly === true).map(([name]) => name);
      expect(writeOnly.sort()).toEqual([...secrets].sort());
      expect(additionalProperties).toBe(false);
    },
  );

  it('of webhook requires only the address, and contains defaults and rules', async () => {
    expect((await builtSchemas()).get('webhook')).toMatchObject({
      type: 'object',
      required: ['url'],
      properties: {
        url: { type: 'string', format: 'uri' },
        headers: { type: 'object', additionalProperties: { type: 'string' }, writeOnly: true },
        batch: { type: 'boolean', default: false },
      },
    });
  });
});
