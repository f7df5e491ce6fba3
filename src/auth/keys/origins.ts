import { parseUrl } from '../../events/parse-url.js';

/**
 * Origins of web pages that may use a write key: `https://app.example.com`, with a port unless it is the scheme's default, or
 * `https://*.example.com` for subdomains at any depth but not the domain itself. Case does not matter. An entry that cannot be
 * read matches nothing, so that it never widens a list.
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

  /** `origin` is an Origin header, unchanged. */
  admit(origin: string): boolean {
    const given = origin.toLowerCase();
    if (this.exact.has(given)) return true;
    return this.wildcards.some(({ scheme, end }) => {
      if (!given.startsWith(scheme) || !given.endsWith(end)) return false;
      return SUBDOMAIN.test(given.slice(scheme.length, -end.length));
    });
  }
}

/** Labels of a host, so that the star matches a subdomain only. */
const SUBDOMAIN = /^(?:[\w-]+\.)*[\w-]+$/;
const PATTERN = /^https?:\/\/(?:\*\.)?[^/*?#@\\\s]+$/i;

/** Whether a write key may list a text as an origin: scheme, host and optionally a port, without a path. */
export function isOriginPattern(text: string): boolean {
  return PATTERN.test(text) && originOf(text.replace('://*.', '://')) !== undefined;
}

/** Origin of an address, in lower case and without the scheme's default port; undefined for other texts. */
export function originOf(address: string): string | undefined {
  const origin = parseUrl(address)?.origin;
  return origin === 'null' ? undefined : origin;
}

/** The stored form of an entry: in lower case and without the scheme's default port; undefined for other texts. */
export function originPatternOf(text: string): string | undefined {
  if (!isOriginPattern(text)) return undefined;
  const origin = originOf(text.replace('://*.', '://'));
  return text.includes('://*.') ? origin?.replace('://', '://*.') : origin;
}
