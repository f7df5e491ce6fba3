import { describe, expect, it } from 'vitest';
import { passesIntegrations } from './eligible.js';

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
