import { describe, expect, it, vi } from 'vitest';
import { type StoredRecord } from '../../../event-log/reader.js';
import { webhook } from '../../handlers/webhook/webhook.handler.js';
import { passesIntegrations, sortBatch } from './eligible.js';

const recordOf = (value: string): StoredRecord => {
  const headers = { workspace: 'wsp_1', source: 'src_1' };
  return {
    topic: 'events',
    partition: 0,
    offset: 0n,
    key: '',
    value: Buffer.from(value),
    headers,
    timestamp: 0,
  };
};

describe('sortBatch', () => {
  it('parses a record once, however many destinations it is for', () => {
    const records = [recordOf('{"type":"track","messageId":"1"}'), recordOf('no JSON')];
    const parse = vi.spyOn(JSON, 'parse');
    const destination = {
      workspaceId: 'wsp_1',
      handler: webhook,
      sources: new Map([['src_1', () => true]]),
    };
    const sorted = Array.from({ length: 1_000 }, () =>
      sortBatch({ topic: 'events', partition: 0, records }, destination),
    );
    expect(sorted.every(({ eligible, unreadable }) => eligible.length + unreadable.length === 2)).toBe(true);
    expect(parse).toHaveBeenCalledTimes(2);
    parse.mockRestore();
  });
});

describe('passesIntegrations, for a destination titled Mixpanel (WIRE 3.5, 7.4)', () => {
  it.each<[unknown, boolean]>([
    [undefined, true],
    [null, true],
    [{}, true],
    [{ All: true }, true],
    [{ All: false }, false],
    [{ All: false, Mixpanel: true }, true],
    [{ All: false, Amplitude: true }, false],
    [{ Mixpanel: false }, false],
    [{ All: true, Mixpanel: false }, false],
    [{ All: false, Mixpanel: { sessionId: 1 } }, true],
    [{ All: false, Mixpanel: {} }, true],
    [{ mixpanel: false }, true],
    [{ all: false }, true],
    [{ Mixpanel: null }, true],
    [{ Mixpanel: null, All: false }, false],
    [{ Mixpanel: 'false', All: false }, false],
    [{ Mixpanel: 0 }, true],
    [{ All: 'false' }, true],
    [{ All: 0 }, true],
    [{ All: null }, true],
    ['none', true],
    [[], true],
    [false, true],
  ])('%j: %s', (integrations, passes) => {
    expect(passesIntegrations(integrations, 'Mixpanel')).toBe(passes);
  });

  it('looks at own keys only', () => {
    expect(passesIntegrations({ All: false }, 'constructor')).toBe(false);
  });
});
