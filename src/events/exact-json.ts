import { parse, stringify } from 'lossless-json';

/** Cheap test for integers beyond 2^53: 17 digits, or 16 that start with a 9. A match inside a string only costs time. */
const LONG_INTEGER = /[[:,\s]-?(?:9\d{15}|\d{17,})(?=[\s,\]}])/;
const INTEGER = /^-?\d+$/;
/** Longer integers become inexact numbers, because their conversion would take the time of many calls. */
const MAX_DIGITS = 1000;

/**
 * Parses JSON as JSON.parse does, except that integers beyond 2^53 become BigInts and so keep their digits (WIRE 6.4.9).
 * Only texts with such an integer take the slower parser. Throws a SyntaxError.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return LONG_INTEGER.test(text) ? parseExactly(text, value) : value;
}

/** Writes JSON as JSON.stringify does, and BigInts as integers. */
export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Parsed values have no cycles, so a TypeError means a BigInt.
    if (!(error instanceof TypeError)) throw error;
    return stringify(value) ?? 'null';
  }
}

/** For a text that JSON.parse accepts. Nesting too deep for the exact parser is far beyond what normalization accepts. */
function parseExactly(text: string, inexact: unknown): unknown {
  try {
    return parse(text, null, { parseNumber: numberOf, onDuplicateKey: ({ newValue }) => newValue });
  } catch (error) {
    if (error instanceof RangeError) return inexact;
    throw error;
  }
}

function numberOf(digits: string): number | bigint {
  const number = Number(digits);
  if (Number.isSafeInteger(number) || digits.length > MAX_DIGITS || !INTEGER.test(digits)) return number;
  return BigInt(digits);
}
