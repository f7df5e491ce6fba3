import { randomInt } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** What each table's ids begin with; never changes. */
export type IdPrefix = 'wsp' | 'src' | 'wkey' | 'dst' | 'con' | 'tok';

/** A new id such as `src_1b3…`: the prefix and 20 random characters of base 62 (119 bits). */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomText(20)}`;
}

/** So many random characters of base 62, fit for a secret: 5.95 bits each. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}
