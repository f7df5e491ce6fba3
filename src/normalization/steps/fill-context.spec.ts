import { describe, expect, it } from 'vitest';
import { eventOf } from '../../../test/support/a-call.js';

const contextOf = (context: unknown, overrides = {}) =>
  eventOf({ userId: 'u', event: 'e', context }, { ip: '192.0.2.1', ...overrides }).context;

describe('context', () => {
  it.each([
    ['of a device', {}, { transport: 'device' }, { ip: '192.0.2.1' }],
    ['of a server', {}, { transport: 'server' }, {}],
    ['of a server with direct', { direct: true }, { transport: 'server' }, { direct: true, ip: '192.0.2.1' }],
    ['of a server with another direct', { direct: 'true' }, { transport: 'server' }, { direct: 'true' }],
    ['with an ip', { ip: '0.0.0.0' }, { transport: 'device' }, { ip: '0.0.0.0' }],
    ['with a null for an ip', { ip: null }, { transport: 'device' }, { ip: null }],
    ['that is a string', 'x', { transport: 'device' }, { ip: '192.0.2.1' }],
    ['that is an array', [], { transport: 'server' }, {}],
    ['that is null', null, { transport: 'server' }, {}],
  ])('%s', (_, context, overrides, expected) => {
    expect(contextOf(context, overrides)).toEqual(expected);
  });

  it('has no ip where the address is unknown', () => {
    expect(contextOf({}, { transport: 'device', ip: undefined })).toEqual({});
  });

  it('gets the user agent that the edge handed over, unless one was sent', () => {
    expect(contextOf({}, { userAgent: 'Mail' })).toEqual({ userAgent: 'Mail' });
    expect(contextOf({ userAgent: 'App' }, { userAgent: 'Mail' })).toEqual({ userAgent: 'App' });
  });
});
