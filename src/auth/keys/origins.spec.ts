import { describe, expect, it } from 'vitest';
import { isOriginPattern, originOf, originPatternOf, Origins } from './origins.js';

describe('Origins', () => {
  it.each([
    ['https://app.example.com', 'https://app.example.com', true],
    ['https://app.example.com', 'HTTPS://App.Example.COM', true],
    ['HTTPS://App.Example.com', 'https://app.example.com', true],
    ['https://app.example.com/', 'https://app.example.com', false],
    ['https://app.example.com:443', 'https://app.example.com', true],
    ['https://app.example.com:8443', 'https://app.example.com:8443', true],
    ['http://localhost:3000', 'http://localhost:3000', true],
    ['https://[2001:db8::1]:8443', 'https://[2001:db8::1]:8443', true],
    ['https://app.example.com', 'http://app.example.com', false],
    ['https://app.example.com', 'https://app.example.com:8443', false],
    ['https://app.example.com', 'https://example.com', false],
    ['https://app.example.com', 'https://app.example.com.evil.example', false],
    ['https://app.example.com', 'null', false],
    ['https://app.example.com', '', false],
    ['https://*.example.com', 'https://app.example.com', true],
    ['https://*.example.com', 'https://a.b.example.com', true],
    ['https://*.EXAMPLE.com', 'https://a.Example.com', true],
    ['https://*.example.com:8443', 'https://a.example.com:8443', true],
    ['https://*.example.com', 'https://example.com', false],
    ['https://*.example.com', 'https://.example.com', false],
    ['https://*.example.com', 'https://evilexample.com', false],
    ['https://*.example.com', 'http://app.example.com', false],
    ['https://*.example.com', 'https://app.example.com:8443', false],
    ['https://*.example.com', 'https://evil.example/.example.com', false],
    ['https://*.example.com', 'https://evil.example?.example.com', false],
    ['https://*.example.com', 'https://evil.example:1.example.com', false],
    ['https://*.example.com', 'https://app.example.com.evil.example', false],
    ['*', 'https://app.example.com', false],
    ['https://*', 'https://app.example.com', false],
    ['https://a*.example.com', 'https://ab.example.com', false],
    ['app.example.com', 'https://app.example.com', false],
    ['', '', false],
    ['capacitor://localhost', 'capacitor://localhost', true],
    ['capacitor://localhost', 'ionic://localhost', false],
    ['capacitor://localhost', 'capacitor://localhost:8080', false],
    ['capacitor://localhost', 'http://localhost', false],
    ['ionic://localhost', 'ionic://localhost', true],
    ['tauri://localhost', 'tauri://localhost', true],
    ['app://-', 'app://-', true],
    ['app://.', 'app://.', true],
    ['app://obsidian.md', 'app://obsidian.md', true],
    ['com.example.app://localhost', 'com.example.app://localhost', true],
    [
      'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
      'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
      true,
    ],
    [
      'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
      'chrome-extension://bbcdefghijklmnopabcdefghijklmnop',
      false,
    ],
    [
      'moz-extension://2f1c0b9e-0000-4000-8000-000000000000',
      'moz-extension://2F1C0B9E-0000-4000-8000-000000000000',
      true,
    ],
    // Firefox and Safari give an extension another origin in each installation.
    ['moz-extension://*', 'moz-extension://2f1c0b9e-0000-4000-8000-000000000000', true],
    ['safari-web-extension://*', 'safari-web-extension://2f1c0b9e-0000-4000-8000-000000000000', true],
    ['moz-extension://*', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop', false],
    ['moz-extension://*', 'moz-extension://', false],
    ['moz-extension://*', 'moz-extension://a/b', false],
    ['moz-extension://*', 'https://moz-extension://a', false],
    ['vscode-webview://*.localhost', 'vscode-webview://a.localhost', true],
    ['null', 'null', true],
    ['NULL', 'null', true],
    ['null', 'https://null', false],
    ['null', '', false],
    ['https://null', 'null', false],
  ])('a list of %s, asked for %s: %s', (pattern, origin, admitted) => {
    expect(new Origins([pattern]).admit(origin)).toBe(admitted);
  });

  it('admit what any entry admits', () => {
    const origins = new Origins(['https://a.example', 'nonsense', 'https://*.b.example']);
    expect(origins.admit('https://a.example')).toBe(true);
    expect(origins.admit('https://x.b.example')).toBe(true);
    expect(origins.admit('https://c.example')).toBe(false);
  });
});

describe('isOriginPattern', () => {
  it.each([
    ...['https://app.example.com', 'http://localhost:3000', 'https://*.example.com', 'https://[::1]:80'],
    ...['capacitor://localhost', 'chrome-extension://abcdefghijklmnop', 'moz-extension://*', 'null'],
  ])('takes %s', (text) => expect(isOriginPattern(text)).toBe(true));
  it.each([
    '',
    '*',
    'https://',
    'https://*',
    'app.example.com',
    ...[
      'ftp://a.example',
      'file://',
      'file://a',
      'ws://a.example',
      'wss://a.example',
      'blob:https://a.example',
    ],
    ...[
      'javascript://a',
      'data://a',
      'about://blank',
      'mailto:a@b',
      'capacitor://',
      'capacitor:localhost',
      'undefined',
    ],
    ...[
      'capacitor://localhost/',
      'capacitor://localhost/index.html',
      'capacitor://user@localhost',
      'capacitor://a b',
    ],
    ...['capacitor://*x', '*://localhost', 'null://a', 'capacitor://localhost?q', 'capacitor://localhost#f'],
    'https://a.example/',
    'https://a.example/path',
    'https://a.*.example',
    'https://user@a.example',
    'https://a.example?q',
  ])('refuses %s', (text) => expect(isOriginPattern(text)).toBe(false));
});

describe('originOf', () => {
  it.each([
    ['https://App.example.com/path?q#f', 'https://app.example.com'],
    ['http://a.example:80/', 'http://a.example'],
    ['android-app://com.example.mail', undefined],
    ['about:blank', undefined],
    ['nonsense', undefined],
  ])('of %s is %s', (address, origin) => expect(originOf(address)).toBe(origin));
});

describe('originPatternOf', () => {
  it.each([
    ['https://App.Example.com:443', 'https://app.example.com'],
    ['HTTP://*.Example.com:8080', 'http://*.example.com:8080'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['https://app.example.com/', undefined],
    ['*', undefined],
    ['Capacitor://LocalHost', 'capacitor://localhost'],
    ['MOZ-extension://*', 'moz-extension://*'],
    ['Null', 'null'],
  ])('of %s is %s', (text, pattern) => expect(originPatternOf(text)).toBe(pattern));
});
