import { readOtherDate } from './other-dates.js';

/** A longer text is not a date, and is not matched: matching time grows with the length. */
const MAX_LENGTH = 80;
/** The name of a zone is ignored; only the digits before it count. */
const ZONE = '\\s*(?<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-]\\d{2}(?::?\\d{2})?(?:\\s+[A-Z]{3,5})?)?';
const CLOCK = '(?<h>\\d{1,2}):(?<mi>\\d{2})(?::(?<s>\\d{2})(?:[.,](?<f>\\d+))?)?(?:\\s*(?<half>[AP])M)?';
const MONTH = '(?<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?';
const WEEKDAY = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?\\s+)?';
/** What may follow without changing the time: `m=+0.12` of Go, `(Central European Time)` of browsers. */
const NOTE = '(?:\\s+m=[+-][\\d.]+|\\s+\\([^()]*\\))?';

const FORMATS = [
  // 2015-2-02T00:30:08.276Z, 2015/02/02, 2015-02-02 00:30:08.123456 +0000 UTC m=+0.1
  `(?<y>\\d{4})[-/](?<m>\\d{1,2})[-/](?<d>\\d{1,2})(?:[T\\s]\\s*${CLOCK}${ZONE})?${NOTE}`,
  // 12/31/2020 11:59 PM
  `(?<m>\\d{1,2})/(?<d>\\d{1,2})/(?<y>\\d{4})(?:,?\\s+${CLOCK}${ZONE})?`,
  // Mon, 02 Jan 2006 15:04:05 GMT
  `${WEEKDAY}(?<d>\\d{1,2})[\\s-]${MONTH}[\\s-](?<y>\\d{4})(?:,?\\s+${CLOCK}${ZONE})?${NOTE}`,
  // Nov 18, 2021, 2:45:07 PM, and Tue Nov 18 2021 14:45:07 GMT+0100 (Central European Time)
  `${WEEKDAY}${MONTH}\\s+(?<d>\\d{1,2}),?\\s+(?<y>\\d{4})(?:,?\\s+${CLOCK}${ZONE})?${NOTE}`,
  // Mon Jan  2 15:04:05 UTC 2006
  `${WEEKDAY}${MONTH}\\s+(?<d>\\d{1,2})\\s+${CLOCK}${ZONE}\\s+(?<y>\\d{4})`,
].map((format) => new RegExp(`^${format}$`, 'i'));

/** What nearly all SDKs write. Only days of every month, so that no date needs the check of its day. */
const USUAL = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Number of digits of a present Unix time in s, ms, µs and ns; the first 13 are the milliseconds. */
const UNIX_DIGITS = [10, 13, 16, 19];

/**
 * Reads a date as leniently as the vendors do, in ms since the epoch; undefined for other values (WIRE 2.2–2.4). Only strings
 * are dates. A date without a zone is UTC, in every time zone of the server. Fractions of a millisecond are cut off, and
 * 30 February is not a date.
 */
export function parseTime(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH) return undefined;
  if (USUAL.test(value)) return Date.parse(value);
  const text = value.trim();
  const time = readUsual(text) ?? readOtherDate(text, readUsual);
  return time !== undefined && isFourDigitYear(time) ? time : undefined;
}

/** Whether a time is in the years 0000 to 9999; ISO strings of other years have another form. */
export const isFourDigitYear = (time: number): boolean =>
  time >= -62_167_219_200_000 && time <= 253_402_300_799_999;

const readUsual = (text: string): number | undefined =>
  /^\d+$/.test(text) ? fromUnix(text) : fromText(text);

const fromUnix = (digits: string): number | undefined =>
  UNIX_DIGITS.includes(digits.length) ? Number(digits.padEnd(13, '0').slice(0, 13)) : undefined;

function fromText(text: string): number | undefined {
  for (const format of FORMATS) {
    const parts = format.exec(text)?.groups;
    if (parts) return fromParts(parts);
  }
  return undefined;
}

function fromParts(parts: Readonly<Record<string, string | undefined>>): number | undefined {
  const { y, m, name, d, h = '0', mi = '0', s = '0', f = '', half, zone } = parts;
  const month = name === undefined ? Number(m) - 1 : MONTHS.indexOf(name.toLowerCase());
  const hour = half === undefined ? Number(h) : hourOfHalf(Number(h), half);
  const offset = offsetOf(zone);
  if (hour > 23 || Number(mi) > 59 || Number(s) > 59 || offset === undefined) return undefined;
  const date = new Date(0);
  // Date.UTC would read the years 0 to 99 as 1900 to 1999.
  date.setUTCFullYear(Number(y), month, Number(d));
  if (date.getUTCMonth() !== month || date.getUTCDate() !== Number(d)) return undefined;
  return date.setUTCHours(hour, Number(mi), Number(s), Number(f.slice(0, 3).padEnd(3, '0'))) - offset;
}

const hourOfHalf = (hour: number, half: string): number =>
  hour < 1 || hour > 12 ? Infinity : (hour % 12) + (half.toUpperCase() === 'P' ? 12 : 0);

/** Offset of a zone in ms, 0 without one; undefined for an offset that no zone can have. */
function offsetOf(zone: string | undefined): number | undefined {
  const match = /([+-])(\d{2}):?(\d{2})?/.exec(zone ?? '');
  if (!match) return 0;
  const [, sign, hours, minutes = '0'] = match;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
