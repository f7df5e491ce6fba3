const DAY_MS = 86_400_000;
const OFFSET = 'Z|[+-]\\d{2}(?::?\\d{2})?';

/** `T24:00` is the start of the next day (ISO 8601). */
const END_OF_DAY = /^(\d{4}[-/]\d{1,2}[-/]\d{1,2}[T\s]\s*)24(:00(?::00(?:[.,]0+)?)?)(?![\d:.,])(?!\s*[AP]M)/i;
/** An offset, and a name of the zone that may not contradict it (RFC 9557): only the offset counts. */
const NAMED_ZONE = new RegExp(`^(\\d[\\d/-]+[T\\s][\\d:.,]+(?:${OFFSET}))(?:\\[!?[\\w/+:.=-]+\\])+$`, 'i');
const BASIC = new RegExp(
  `^(\\d{4})(\\d{2})(\\d{2})T(\\d{2})(\\d{2})(?:(\\d{2})([.,]\\d+)?)?(${OFFSET})?$`,
  'i',
);
/** Unix time in s, ms, µs or ns with a fraction. */
const FRACTION = /^(\d{10}|\d{13}|\d{16}|\d{19})[.,](\d+)$/;
/** The same as Java writes a double. */
const EXPONENT = /^(\d)\.(\d+)E(9|12|15|18)$/i;
/** Milliseconds as older .NET writes them. The offset does not change the time. */
const DOT_NET = /^\/Date\((\d{1,13})(?:[+-]\d{4})?\)\/$/;

const DECIMAL_DIGIT = /\p{Nd}/u;
const NOT_ASCII = /[^\p{ASCII}]/u;
/** Years of today in the calendars of Thailand, Iran and Islam are outside of these. */
const COMMON_YEARS = [Date.UTC(1970, 0), Date.UTC(2200, 0)] as const;

/**
 * Reads a date that is written in a less usual form, by writing it in the form that `read` knows; undefined for every other text.
 * It accepts only forms that have no other meaning, so that no time is guessed.
 */
export function readOtherDate(given: string, read: (text: string) => number | undefined): number | undefined {
  const ascii = NOT_ASCII.test(given) ? inAscii(given) : given;
  const named = ascii.replace(NAMED_ZONE, '$1');
  const dated = named.replace(BASIC, extended);
  const midnight = dated.replace(END_OF_DAY, (_, day: string, rest: string) => `${day}00${rest}`);
  const text = unixDigitsOf(named) ?? midnight;
  const time = text === given ? undefined : read(text);
  if (time === undefined) return undefined;
  if (ascii !== given && (time < COMMON_YEARS[0] || time >= COMMON_YEARS[1])) return undefined;
  return midnight === dated ? time : time + DAY_MS;
}

function extended(_: string, ...[y, m, d, h, mi, s, f, zone]: (string | undefined)[]): string {
  return `${y}-${m}-${d}T${h}:${mi}:${s ?? '00'}${f ?? ''}${zone ?? ''}`;
}

/** Unix time in digits only. Fractions of a millisecond are cut off. */
function unixDigitsOf(text: string): string | undefined {
  const dotNet = DOT_NET.exec(text)?.[1];
  if (dotNet !== undefined) return dotNet.padStart(13, '0');
  const [, first = '', digits = '', exponent = ''] = EXPONENT.exec(text) ?? [];
  const places = Number(exponent);
  const plain =
    first === '' ? text : `${first}${digits.slice(0, places).padEnd(places, '0')}.${digits.slice(places)}0`;
  const [, whole, fraction = ''] = FRACTION.exec(plain) ?? [];
  return whole?.length === 10 ? whole + fraction.slice(0, 3).padEnd(3, '0') : whole;
}

/** The digits of other scripts, the Arabic decimal separator and the minus sign in ASCII. */
function inAscii(text: string): string {
  return Array.from(text, (character) => {
    if (character === '\u066B') return '.';
    if (character === '\u2212') return '-';
    return DECIMAL_DIGIT.test(character) ? String(valueOf(character)) : character;
  }).join('');
}

/** Unicode keeps the ten digits of a script together and in order, so the distance to the first of a run tells the value. */
function valueOf(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (DECIMAL_DIGIT.test(String.fromCodePoint(first - 1))) first -= 1;
  return (code - first) % 10;
}
