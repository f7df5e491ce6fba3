import { describe, expect, it } from 'vitest';
import { destinationTypes, handlerOf } from './destination-types.js';
import { settingNames } from './check-settings.js';

describe('destinationTypes', () => {
  it('has the facts of every type that the admin API shows', () => {
    const facts = ['console', 'webhook'].map((name) => destinationTypes.find(({ type }) => type === name));
    expect(facts).toMatchObject([
      {
        type: 'console',
        title: 'Console',
        secrets: [],
        addresses: [],
        limits: { maxItems: 100, concurrency: 1 },
      },
      {
        type: 'webhook',
        title: 'Webhook',
        secrets: ['secret', 'previousSecret', 'headers'],
        addresses: ['url'],
        limits: { maxItems: 1, concurrency: 16, timeoutMs: 10_000 },
      },
    ]);
  });

  it.each(destinationTypes)('marks only existing settings of $type', ({ handler, secrets, addresses }) => {
    expect(settingNames(handler)).toEqual(expect.arrayContaining([...secrets, ...addresses]));
  });

  it('finds a handler by its type only', () => {
    expect(handlerOf('webhook')?.title).toBe('Webhook');
    expect([handlerOf('nothing'), handlerOf('constructor')]).toEqual([undefined, undefined]);
  });
});
