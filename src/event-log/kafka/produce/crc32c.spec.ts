import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.js';

const CASES: readonly (readonly [string, Buffer, number])[] = [
  ['32 zeros', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones', Buffer.alloc(32, 255), 0x62a8ab43],
  ['32 rising bytes', Buffer.from(Array.from({ length: 32 }, (_, index) => index)), 0x46dd794e],
  ['nine digits', Buffer.from('123456789'), 0xe3069283],
  ['nothing', Buffer.alloc(0), 0],
];

describe('CRC-32C', () => {
  it.each(CASES)('has the values of RFC 3720: %s', (_name, bytes, checksum) => {
    expect(crc32c(bytes, 0)).toBe(checksum);
    expect(crc32c(Buffer.concat([Buffer.from('before'), bytes]), 6)).toBe(checksum);
  });
});
