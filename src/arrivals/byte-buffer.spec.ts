import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteBuffer } from './byte-buffer.js';

describe('bytes that come in pieces', () => {
  it('are the same as if they had come in one', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 5_000 }).map((piece) => Buffer.from(piece)));
    fc.assert(
      fc.property(pieces, (parts) => {
        const whole = Buffer.concat(parts);
        const buffer = new ByteBuffer(whole.length);
        const held = parts.reduce((sum, part) => sum + buffer.add(part), 0);
        expect(buffer.whole()).toEqual(whole);
        expect(held).toBeGreaterThanOrEqual(whole.length);
      }),
    );
  });

  it('take no more than twice their size, in pieces of one byte', () => {
    const buffer = new ByteBuffer(1_000_000);
    let held = 0;
    for (let n = 0; n < 300_000; n++) held += buffer.add(Buffer.of(n % 256));
    expect(held).toBeLessThan(600_000);
  });

  it('are not copied when there is only one piece', () => {
    const piece = Buffer.from('all of it');
    const buffer = new ByteBuffer(100);
    buffer.add(piece);
    expect(buffer.whole().buffer).toBe(piece.buffer);
  });

  it('are forgotten when it is closed, also those that come later', () => {
    const buffer = new ByteBuffer(100);
    buffer.add(Buffer.from('before'));
    buffer.close();
    expect(buffer.add(Buffer.from('after'))).toBe(0);
    expect(buffer.whole()).toHaveLength(0);
  });
});
