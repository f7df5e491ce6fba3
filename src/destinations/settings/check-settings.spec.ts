import { IsOptional, IsString, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { describe, expect, it } from 'vitest';
import { console_ } from '../handlers/console/console.handler.js';
import { webhook } from '../handlers/webhook/webhook.handler.js';
import { checkSettings } from './check-settings.js';

const url = 'https://example.com/';
const DEFAULTS = { method: 'POST', batch: false, maxItems: 100, order: 'user', timeoutSeconds: 10 };
const NAMES = 'url, method, secret, previousSecret, headers, batch, maxItems, order, timeoutSeconds';
const faultsOf = (given: unknown, handler: Parameters<typeof checkSettings>[0] = webhook) => {
  const checked = checkSettings(handler, given);
  return 'faults' in checked ? checked.faults : [];
};

describe('checkSettings', () => {
  it('returns valid settings with their defaults', () => {
    const headers = { 'x-team': 'a' };
    expect(checkSettings(webhook, { url, headers })).toEqual({ settings: { ...DEFAULTS, url, headers } });
    expect(checkSettings(console_, {})).toEqual({ settings: {} });
  });

  it('treats null as not given', () => {
    expect(checkSettings(webhook, { url, secret: null, batch: null })).toEqual({
      settings: { ...DEFAULTS, url },
    });
  });

  it('refuses an unknown setting by name, and lists the known ones', () => {
    expect(faultsOf({ url, uri: 'x', 'a/b~c': 1 })).toEqual([
      { pointer: '/uri', detail: `\`uri\` is not a setting of webhook; it has ${NAMES}.` },
      { pointer: '/a~1b~0c', detail: `\`a/b~c\` is not a setting of webhook; it has ${NAMES}.` },
    ]);
  });

  it.each(['constructor', 'toString', '__proto__'])('refuses %s like any other unknown setting', (name) => {
    const given: unknown = JSON.parse(`{"url":"${url}","${name}":{"x":1}}`);
    expect(faultsOf(given)).toMatchObject([{ pointer: `/${name}` }]);
  });

  it.each([
    [{ url: 5 }, '/url', /url must be a text/],
    [{ url: 'ftp://example.com/' }, '/url', /url must begin with https:\/\/ or http:\/\//],
    [
      { url: 'https://user:word@example.com/' },
      '/url',
      /url must not hold a user or a password: put them into `headers`/,
    ],
    [{ url, batch: 'yes' }, '/batch', /batch must be a boolean/],
    [{ url, secret: 'canary' }, '/secret', /whsec_/],
    [{ url, headers: 'canary' }, '/headers', /HTTP headers/],
    [{ url, headers: ['canary'] }, '/headers', /HTTP headers/],
    [{}, '/url', /^This setting is missing: url must be/],
    [{ url: null }, '/url', /^This setting is missing/],
  ])('points to the fault in %j and says what is expected', (given, pointer, sentence) => {
    const faults = faultsOf(given);
    expect(faults).toHaveLength(1);
    expect(faults[0]!.pointer).toBe(pointer);
    expect(faults[0]!.detail).toMatch(sentence);
    expect(faults[0]!.detail).not.toContain('canary');
  });

  it('reports all faults at once', () => {
    expect(
      faultsOf({ uri: url, batch: 1 })
        .map(({ pointer }) => pointer)
        .sort(),
    ).toEqual(['/batch', '/uri', '/url']);
  });

  it.each([undefined, null, [], 'text', 5])('refuses %j as settings', (given) => {
    expect(faultsOf(given)).toEqual([{ pointer: '', detail: 'The settings must be an object.' }]);
  });

  it('points into nested settings', () => {
    class Inner {
      @IsString()
      name!: string;
    }
    class Outer {
      @IsOptional()
      @ValidateNested()
      @Type(() => Inner)
      inner?: Inner;
    }
    const handler = { type: 'outer', settings: Outer };
    expect(faultsOf({ inner: { name: 1, other: 2 } }, handler)).toEqual([
      { pointer: '/inner/other', detail: '`other` is not known here' },
      { pointer: '/inner/name', detail: 'name must be a string' },
    ]);
  });
});
