import { describe, expect, it } from 'vitest';
import { firstDestinations } from './first-destinations.js';
import { handlers } from './handlers/index.js';
import { checkSettings } from './settings/check-settings.js';

describe('firstDestinations', () => {
  const DATABASE_URL = 'postgres://127.0.0.1/tributary';
  const BOOTSTRAP_WEBHOOK_URL = 'https://example.com/hook';

  it.each([
    ['a console beside the embedded Postgres', {}, ['console']],
    ['nothing beside a Postgres server', { DATABASE_URL }, []],
    ['the configured webhook', { DATABASE_URL, BOOTSTRAP_WEBHOOK_URL }, ['webhook']],
    ['both', { BOOTSTRAP_WEBHOOK_URL }, ['console', 'webhook']],
  ])('are %s', (_, config, types) => {
    expect(firstDestinations(config).map(({ type }) => type)).toEqual(types);
  });

  it('have settings that their handlers accept', () => {
    for (const { type, settings } of firstDestinations({ BOOTSTRAP_WEBHOOK_URL })) {
      const handler = handlers.find((candidate) => candidate.type === type);
      expect(checkSettings(handler!, settings)).toHaveProperty('settings');
    }
  });
});
