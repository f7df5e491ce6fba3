import { describe, expect, it } from 'vitest';
import { parseUrl } from './parse-url.js';

describe('parseUrl', () => {
  it('reads a host with letters beyond ASCII, however often it is called', () => {
    const hosts = new Set<string | undefined>();
    for (let call = 0; call < 50_000; call += 1) hosts.add(parseUrl('https://b\u00fccher.example')?.host);
    expect([...hosts]).toEqual(['xn--bcher-kva.example']);
  });

  it('reads nothing from other texts', () => {
    expect([parseUrl(''), parseUrl('example.com'), parseUrl('https://')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
