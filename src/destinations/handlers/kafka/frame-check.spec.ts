import { describe, expect, it } from 'vitest';
import { FrameCheck, MAX_FRAME_BYTES } from './frame-check.js';

const frame = (length: number, body = Math.max(length, 0)): Buffer => {
  const header = Buffer.alloc(4);
  header.writeInt32BE(length);
  return Buffer.concat([header, Buffer.alloc(body)]);
};

describe('FrameCheck', () => {
  it('passes frames however they are cut into chunks', () => {
    const bytes = Buffer.concat([frame(0), frame(5), frame(MAX_FRAME_BYTES), frame(1)]);
    for (const size of [1, 3, 7, 65_536, bytes.length]) {
      const check = new FrameCheck();
      for (let at = 0; at < bytes.length; at += size) check.read(bytes.subarray(at, at + size));
      expect(() => check.read(frame(-1))).toThrow();
    }
  });

  it.each([
    [-1, 'invalid_answer'],
    [-(2 ** 31), 'invalid_answer'],
    [MAX_FRAME_BYTES + 1, 'answer_too_large'],
    [2 ** 31 - 1, 'answer_too_large'],
  ])('refuses a frame of length %i as %s before its body arrives', (length, reason) => {
    expect(() => new FrameCheck().read(frame(length, 0))).toThrow(
      expect.objectContaining({ result: { kind: 'retry', reason } }),
    );
  });
});
