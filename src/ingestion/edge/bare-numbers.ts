/** A number that Python writes into JSON although JSON has none like it, at one place of a text. */
const BARE_NUMBER = /\bNaN\b|-?\bInfinity\b/y;

/**
 * Replaces NaN, Infinity and -Infinity outside of strings by null, and counts them (WIRE 6.4.8). Reads each character once, for
 * any text.
 */
export function withoutBareNumbers(text: string): { text: string; count: number } {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') at = closingQuote(text, at);
    else if (char === 'N' || char === 'I' || char === '-') {
      BARE_NUMBER.lastIndex = at;
      if (!BARE_NUMBER.test(text)) continue;
      parts.push(text.slice(from, at));
      from = BARE_NUMBER.lastIndex;
      at = from - 1;
    }
  }
  return { text: [...parts, text.slice(from)].join('null'), count: parts.length };
}

/** The end of the text when there is no closing quote. */
function closingQuote(text: string, openingQuote: number): number {
  let at = openingQuote + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}
