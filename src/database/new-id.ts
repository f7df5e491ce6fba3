import { randomInt } from 'node:crypto';

/** In the order of their bytes. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Base-62 digits of the time in ms: enough until the year 8888. */
const TIME_DIGITS = 8;
const RANDOM_DIGITS = 14;

/** What each table's ids begin with; never changes. */
export type IdPrefix = 'wsp' | 'src' | 'wkey' | 'dst' | 'con' | 'tok' | 'aud' | 'dl' | 'rpl';

/**
 * A new id such as `src_0Uq3…`: the prefix, 8 characters of base 62 that grow with the time in ms, and 14 random ones (83
 * bits), so that ids of different ms sort in the order in which they were made, byte by byte.
 */
export function newId(prefix: IdPrefix, now = Date.now()): string {
  return `${prefix}_${inBase62(now).padStart(TIME_DIGITS, '0')}${randomText(RANDOM_DIGITS)}`;
}

/** So many random characters of base 62, fit for a secret: 5.95 bits each. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

function inBase62(value: number): string {
  const rest = Math.floor(value / ALPHABET.length);
  return (rest > 0 ? inBase62(rest) : '') + ALPHABET.charAt(value % ALPHABET.length);
}
