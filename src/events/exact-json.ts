import { parse, stringify } from 'lossless-json';

/** A cheap test for integers that may be beyond 2^53: 17 digits, or 16 that begin with 9. A match inside a string only costs time. */
const LONG_INTEGER = /[[:,\s]-?(?:9\d{15}|\d{17,})(?=[\s,\]}])/;
const INTEGER = /^-?\d+$/;
/** No real count has more digits; converting far longer integers would take the time of many calls. */
const MAX_DIGITS = 1000;

/**
 * Reads JSON as JSON.parse does, except that integers beyond 2^53 keep their digits: they become BigInts (WIRE 6.4.9). Only
 * texts with such a number are parsed by the slower library. Throws a SyntaxError.
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return LONG_INTEGER.test(text) ? parseExactly(text, value) : value;
}

/** Writes JSON as JSON.stringify does, and BigInts as the integers they are. */
export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // What was parsed has no cycles: this says that there is a BigInt.
    if (!(error instanceof TypeError)) throw error;
    return stringify(value) ?? 'null';
  }
}

/** JSON.parse has found the text valid. What is nested too deep for the exact reader is far too deep to be accepted. */
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
