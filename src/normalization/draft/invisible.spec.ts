import { describe, expect, it } from 'vitest';
import { visible } from './invisible.js';

describe('visible', () => {
  it.each([
    ['plain text', 'plain text'],
    ['  at the ends ', 'at the ends'],
    [' \u0000\u00A0\t\n\r\u034F ', ''],
    ['\u0000 -a-random-string \u00A0\t\n\r\u034F', '-a-random-string'],
    ['a\u200Bb\uFEFFc', 'abc'],
    ['\u3164\u115F\u2800', ''],
    ['Ünïcödé ✓ 日本', 'Ünïcödé ✓ 日本'],
    ['\uD800x', 'x'],
  ])('%j shows %j', (text, seen) => {
    expect(visible(text)).toBe(seen);
  });
});
