import { randomInt } from 'node:crypto';

/** Sorted by byte value, so ids sort like the numbers in them. */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Base-62 digits of the time in ms: enough until the year 8888. */
const TIME_DIGITS = 8;
const RANDOM_DIGITS = 14;

/** Prefix of the ids of each table. Part of the API: never changes. */
export type IdPrefix = 'wsp' | 'src' | 'wkey' | 'dst' | 'con' | 'tok' | 'aud' | 'dl' | 'rpl';

/**
 * A new id such as `src_0Uq3…`: the prefix, the time in ms as 8 base-62 characters, and 14 random ones (83 bits). Ids of
 * different milliseconds sort by time, byte by byte.
 */
export function newId(prefix: IdPrefix, now = Date.now()): string {
  return `${prefix}_${inBase62(now).padStart(TIME_DIGITS, '0')}${randomText(RANDOM_DIGITS)}`;
}

/** Random base-62 characters from a secure source, 5.95 bits each: good enough for a secret. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('');
}

function inBase62(value: number): string {
  const rest = Math.floor(value / ALPHABET.length);
  return (rest > 0 ? inBase62(rest) : '') + ALPHABET.charAt(value % ALPHABET.length);
}
