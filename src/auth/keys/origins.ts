/**
 * Web pages that may use a write key, by their origin: `https://app.example.com`, with a port where it is not the scheme's
 * usual one, or `https://*.example.com` for every subdomain at any depth and not the domain itself. Case does not count.
 * What is neither matches nothing: a list never admits more because of an entry that cannot be read.
 */
export class Origins {
  private readonly exact = new Set<string>();
  private readonly wildcards: { readonly scheme: string; readonly end: string }[] = [];

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      const origin = originOf(pattern.replace('://*.', '://'));
      const [scheme = '', host = ''] = origin?.split('//') ?? [];
      if (origin === undefined || !isOriginPattern(pattern)) continue;
      if (pattern.includes('*')) this.wildcards.push({ scheme: `${scheme}//`, end: `.${host}` });
      else this.exact.add(origin);
    }
  }

  /** Takes an Origin header as it came. */
  admit(origin: string): boolean {
    const given = origin.toLowerCase();
    if (this.exact.has(given)) return true;
    return this.wildcards.some(({ scheme, end }) => {
      if (!given.startsWith(scheme) || !given.endsWith(end)) return false;
      return SUBDOMAIN.test(given.slice(scheme.length, -end.length));
    });
  }
}

/** Labels of a host, so that nothing but a subdomain can stand where the star is. */
const SUBDOMAIN = /^(?:[\w-]+\.)*[\w-]+$/;
const PATTERN = /^https?:\/\/(?:\*\.)?[^/*?#@\\\s]+$/i;

/** Whether a text is an origin as a write key may list it: scheme, host and perhaps a port, and nothing behind it. */
export function isOriginPattern(text: string): boolean {
  return PATTERN.test(text) && originOf(text.replace('://*.', '://')) !== undefined;
}

/** Origin of an address, in lower case and without the scheme's usual port; undefined where there is none. */
export function originOf(address: string): string | undefined {
  const origin = URL.canParse(address) ? new URL(address).origin : 'null';
  return origin === 'null' ? undefined : origin;
}

/** An entry of the list as it is kept: in lower case and without the scheme's usual port; undefined for what is none. */
export function originPatternOf(text: string): string | undefined {
  if (!isOriginPattern(text)) return undefined;
  const origin = originOf(text.replace('://*.', '://'));
  return text.includes('://*.') ? origin?.replace('://', '://*.') : origin;
}
