/**
 * The URL that a text is; undefined for any other text. Not by URL.canParse: Node 20 refuses letters such as ü once V8 has
 * optimised its caller (seen with 20.20.2, not with 24.22.3).
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
