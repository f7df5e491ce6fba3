import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DestinationRow, usableDestinations } from './destination-rows.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

const row = (overrides: Partial<DestinationRow>): DestinationRow => ({
  id: 'dst_1',
  workspaceId: 'wsp_1',
  type: 'webhook',
  settings: { url: 'https://example.com/' },
  enabled: true,
  paused: false,
  sources: ['src_1'],
  createdAt: new Date(0),
  ...overrides,
});

describe('usableDestinations', () => {
  it('fills in what the settings leave out, and the limits that follow from them', () => {
    const [destination] = usableDestinations([row({})]);
    expect(destination).toMatchObject({
      settings: { batch: false },
      limits: { maxItems: 1, timeoutMs: 10_000 },
    });
    expect(destination?.sources).toEqual(new Set(['src_1']));
  });

  it.each([
    [{}, 'active'],
    [{ paused: true }, 'paused'],
    [{ enabled: false }, 'disabled'],
  ])('%o is %s', (overrides, state) => {
    expect(usableDestinations([row(overrides)])).toMatchObject([{ state }]);
  });

  it.each([
    { type: 'unheard-of' },
    { settings: {} },
    { settings: { url: 'nonsense' } },
    { settings: [] },
    { settings: null },
  ])('leaves out %o and keeps the others', (overrides) => {
    expect(usableDestinations([row(overrides), row({ id: 'dst_2' })])).toMatchObject([{ id: 'dst_2' }]);
  });
});
