import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import './forward-decoder.js';

interface Decoder {
  readonly offset: number;
  readString(): string | null;
  readBytes(byteLength?: number): Buffer | null;
  readArray(read: (decoder: Decoder) => unknown): unknown[];
}

const Reader = createRequire(import.meta.url)('kafkajs/src/protocol/decoder.js') as new (
  buffer: Buffer,
) => Decoder;
const reader = (hex: string): Decoder => new Reader(Buffer.from(hex, 'hex'));

describe('the reader of kafkajs', () => {
  it('reads texts and bytes as before, also empty ones and null', () => {
    expect(reader('000261620000').readString()).toBe('ab');
    expect(reader('0000').readString()).toBe('');
    expect(reader('ffff').readString()).toBeNull();
    expect(reader('00000002616200').readBytes()).toEqual(Buffer.from('ab'));
    expect(reader('6162').readBytes(1)).toEqual(Buffer.from('a'));
    expect(reader('ffffffff').readBytes()).toBeNull();
  });

  it('refuses lengths that lead backwards', () => {
    expect(() => reader('fffe').readString()).toThrow(RangeError);
    expect(() => reader('fffffff7').readBytes()).toThrow(RangeError);
    expect(() => reader('6162').readBytes(-4)).toThrow(RangeError);
  });

  it('ends at an array of 2³¹ − 1 texts that lead back to their beginning', () => {
    expect(() => reader('7ffffffffffe').readArray((decoder) => decoder.readString())).toThrow(RangeError);
  });
});
