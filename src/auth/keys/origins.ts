import { parseUrl } from '../../events/parse-url.js';

/** The origin of a page without one, such as a local file or a sandboxed frame. Any site can make such a page. */
const OPAQUE = 'null';

/**
 * Origins of web pages that may use a write key: `https://app.example.com`, with a port unless it is the scheme's default, or
 * `https://*.example.com` for subdomains at any depth but not the domain itself. Apps and browser extensions have origins such
 * as `capacitor://localhost`; `moz-extension://*` stands for every origin of that scheme. `null` is itself. Case does not
 * matter. An entry that cannot be read matches nothing, so that it never widens a list.
 */
export class Origins {
  private readonly exact = new Set<string>();
  private readonly wildcards: { readonly scheme: string; readonly end: string }[] = [];

  constructor(patterns: readonly string[]) {
    for (const pattern of patterns) {
      const origin = originPatternOf(pattern);
      if (origin === undefined) continue;
      const [scheme = '', end = ''] = origin.split('*');
      if (origin.includes('*')) this.wildcards.push({ scheme, end });
      else this.exact.add(origin);
    }
  }

  /** `origin` is an Origin header, unchanged. */
  admit(origin: string): boolean {
    const given = origin.toLowerCase();
    if (this.exact.has(given)) return true;
    return this.wildcards.some(({ scheme, end }) => {
      if (!given.startsWith(scheme) || !given.endsWith(end)) return false;
      return SUBDOMAIN.test(given.slice(scheme.length, given.length - end.length));
    });
  }
}

/** Labels of a host, so that the star matches a subdomain only. */
const SUBDOMAIN = /^(?:[\w-]+\.)*[\w-]+$/;
const PATTERN = /^https?:\/\/(?:\*\.)?[^/*?#@\\\s]+$/i;
/** An app or an extension: browsers compare such origins as texts. Its host may be a dot or a hyphen, as in Electron. */
const APP_PATTERN = /^([a-z][a-z\d+.-]*):\/\/(?:\*|(?:\*\.)?[\w.-]+(?::\d{1,5})?)$/i;
/** Schemes that are no origin of a page, or whose pages have the origin `null`. */
const NO_APP = /^(?:https?|wss?|ftp|file|blob|data|javascript|about|mailto|null)$/i;

/** Whether a write key may list a text as an origin: scheme, host and optionally a port, without a path; or `null`. */
export const isOriginPattern = (text: string): boolean => originPatternOf(text) !== undefined;

/** Origin of a web page's address, in lower case and without the scheme's default port; undefined for other texts. */
export function originOf(address: string): string | undefined {
  const origin = parseUrl(address)?.origin;
  return origin === 'null' ? undefined : origin;
}

/** The stored form of an entry: in lower case and without the scheme's default port; undefined for other texts. */
export function originPatternOf(text: string): string | undefined {
  if (text.toLowerCase() === OPAQUE) return OPAQUE;
  const [, scheme] = APP_PATTERN.exec(text) ?? [];
  if (scheme !== undefined && !NO_APP.test(scheme)) return text.toLowerCase();
  if (!PATTERN.test(text)) return undefined;
  const origin = originOf(text.replace('://*.', '://'));
  return text.includes('://*.') ? origin?.replace('://', '://*.') : origin;
}
