/** Characters without a visible shape, except the ordinary space (WIRE 3.1). */
const INVISIBLE = /(?! )[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}]/gu;
const PLAIN = /^[\x20-\x7e]*$/;

/** The text without invisible characters, and trimmed. */
export function visible(text: string): string {
  return (PLAIN.test(text) ? text : text.replace(INVISIBLE, '')).trim();
}
