import { BARE_SIX, hostFault, partsOf, portFault } from './host-rules.js';
import { parseUrl } from './parse-url.js';

/** What a setting allows beside the host. Every sentence says what the value must be; none repeats it, since it may hold a secret. */
export interface UrlRules {
  /** Without `://`. */
  readonly protocols: readonly string[];
  /** Where user and password belong, as the end of a sentence. Without it the URL may hold them. */
  readonly userInfo?: string;
  /** Whether a query and a fragment are allowed, as they are by default. */
  readonly query?: boolean;
  /** What may follow host and port. */
  readonly rest?: { readonly form: RegExp; readonly fault: string };
}

const MAX_URL = 2_083;

/** What is wrong with a URL; undefined when nothing is. */
export function urlFault(value: unknown, rules: UrlRules): string | undefined {
  if (typeof value !== 'string') return 'must be a text';
  if (value.length > MAX_URL) return `must have at most ${MAX_URL} characters`;
  const [, protocol = '', behind = ''] = /^([a-z][a-z\d+.-]*):\/\/(.*)$/is.exec(value) ?? [];
  if (!rules.protocols.includes(protocol.toLowerCase()))
    return `must begin with ${rules.protocols.map((name) => `${name}://`).join(' or ')}`;
  if (/[\s\p{Cc}]/u.test(value)) return 'must not hold blanks or control characters';
  if (value.includes('\\')) return 'must not hold a backslash';
  const end = /[/?#]|$/.exec(behind)?.index ?? behind.length;
  const [authority, rest] = [behind.slice(0, end), behind.slice(end)];
  const at = authority.lastIndexOf('@');
  return (
    userInfoFault(authority.slice(0, Math.max(at, 0)), at >= 0, rules) ??
    swallowedFault(authority, rest, rules) ??
    hostAndPortFault(authority.slice(at + 1), protocol) ??
    restFault(rest, rules) ??
    (parseUrl(value) === undefined ? 'must be a valid URL' : undefined)
  );
}

function userInfoFault(info: string, isGiven: boolean, { userInfo }: UrlRules): string | undefined {
  if (!isGiven) return undefined;
  if (userInfo !== undefined) return `must not hold a user or a password: ${userInfo}`;
  if (info.includes('@')) return unescaped('@');
  return /%(?![\da-f]{2})/i.test(info) ? unescaped('%') : undefined;
}

/** A password with one of these characters ends the host early: what follows, up to the real host, is read as a path. */
function swallowedFault(authority: string, rest: string, { userInfo }: UrlRules): string | undefined {
  const [, port] = partsOf(authority);
  if (authority.includes('@') || port === undefined || !rest.includes('@')) return undefined;
  if (userInfo === undefined) return unescaped(rest.charAt(0));
  // Behind a real port it is a path.
  return portFault(port) === undefined ? undefined : `must not hold a user or a password: ${userInfo}`;
}

const unescaped = (character: string): string =>
  `holds an unescaped ${character} in the user or the password: write %${character.charCodeAt(0).toString(16).toUpperCase()}`;

function hostAndPortFault(text: string, protocol: string): string | undefined {
  const [host, port] = partsOf(text);
  if (host === '') return `must have a host behind ${protocol.toLowerCase()}://`;
  if (host.includes(':') && !host.startsWith('[')) return BARE_SIX;
  return (port === undefined ? undefined : portFault(port)) ?? hostFault(host);
}

function restFault(rest: string, { query, rest: rule }: UrlRules): string | undefined {
  if (rule !== undefined && !rule.form.test(rest)) return rule.fault;
  if (query !== false) return undefined;
  if (rest.split('#', 1)[0]?.includes('?')) return 'must not have a query';
  return rest.includes('#') ? 'must not have a fragment' : undefined;
}
