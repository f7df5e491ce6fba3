/** Characters that the encoding of a database has: those of UTF-8, of Latin-1 at most, or of ASCII. */
export type Charset = 'utf8' | 'latin1' | 'ascii';

/** Stands for what the database cannot hold. U+FFFD exists in UTF-8 only. */
const REPLACEMENTS: Readonly<Record<Charset, string>> = { utf8: '\ufffd', latin1: '?', ascii: '?' };
const LACKING: Readonly<Record<Exclude<Charset, 'utf8'>, RegExp>> = {
  latin1: /[^\0-\xff]/gu,
  ascii: /[^\0-\x7f]/gu,
};
const LAST: Readonly<Record<Charset, number>> = { utf8: 0xffff, latin1: 0xff, ascii: 0x7f };

/** Cheap tests for what few events have. A match inside a longer escape only costs time. */
const SUSPECT_ESCAPE = /\\u(?:0000|d[89a-f])/i;
const SUSPECT_NUMBER = /\de[+-]?\d{5}/i;

/** Each escape as a whole, a pair of surrogates included, so that `\\u0000` (a backslash and five characters) is none. */
const ESCAPE = /\\(?:ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|u[\da-f]{4}|.)/gis;
/** A text, which is left alone, or a number with an exponent of five digits or more. */
const TEXT_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?e[+-]?\d{5,}/gis;

/**
 * The JSON text of an event with what jsonb can hold: U+0000 and half surrogate pairs become U+FFFD, and a number beyond numeric
 * becomes what JavaScript makes of it, null or 0. `charset` replaces further characters by question marks.
 */
export function storableJson(json: string, charset: Charset = 'utf8'): string {
  let text = json;
  if (SUSPECT_NUMBER.test(text))
    text = text.replace(TEXT_OR_NUMBER, (token) => (token.startsWith('"') ? token : nearest(token)));
  if (charset !== 'utf8') text = text.replace(LACKING[charset], REPLACEMENTS[charset]);
  else if (!SUSPECT_ESCAPE.test(text)) return text;
  return text.replace(ESCAPE, (escape) => (isStorable(escape, charset) ? escape : REPLACEMENTS[charset]));
}

const nearest = (number: string): string => JSON.stringify(Number(number));

/** An escape of a pair has twelve characters, one of a UTF-16 unit six, and any other two. */
function isStorable(escape: string, charset: Charset): boolean {
  if (escape.length === 2) return true;
  if (escape.length === 12) return charset === 'utf8';
  const unit = Number.parseInt(escape.slice(2), 16);
  return unit !== 0 && unit <= LAST[charset] && (unit < 0xd800 || unit > 0xdfff);
}
