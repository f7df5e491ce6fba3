import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** `192.0.2.1:51008`; the port of RFC 7239 may be a name that begins with an underscore. */
const FOUR_WITH_PORT = /^([\d.]+):(?:\d{1,5}|_[\w.-]+)$/;
const SIX_IN_BRACKETS = /^\[([^[\]]+)\](?::(?:\d{1,5}|_[\w.-]+))?$/;
/** Eight groups and a ninth: some balancers put a port behind an address without brackets. */
const SIX_WITH_PORT = /^((?:[\da-f]{1,4}:){7}[\da-f]{1,4}):\d{1,5}$/i;
/** A zone names an interface of the machine that wrote it, and means nothing here. */
const ZONE = /%[^%]+$|%25[^%]+$/;
const MAPPED = /^(?:::|(?:0{1,4}:){5})ffff:/i;

/**
 * The IP address in one entry of a forwarding header, which may have a port, brackets, a zone and quotes. IPv4 written as IPv6
 * becomes IPv4. Undefined for other texts, such as `unknown` and `_hidden`.
 */
export function addressOfHop(hop: string): string | undefined {
  if (isIP(hop) === 4) return hop;
  const text = hop.trim().replace(/^"(.*)"$/, '$1');
  const inner = SIX_IN_BRACKETS.exec(text)?.[1];
  const host = inner ?? FOUR_WITH_PORT.exec(text)?.[1] ?? SIX_WITH_PORT.exec(text)?.[1] ?? text;
  const address = host.includes(':') ? host.replace(ZONE, '') : host;
  const family = isIP(address);
  if (family === 0 || (inner !== undefined && family === 4)) return undefined;
  return MAPPED.test(address) ? ipaddr.process(address).toString() : address;
}

/** The entries of X-Forwarded-For from the caller to the nearest proxy; RFC 9110 lets a list have empty entries. */
export function hopsOf(header: string | undefined): string[] {
  return (header ?? '').split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

/** One pair of RFC 7239 with what ends it: a semicolon within an element, a comma between two. */
const PAIR = /\s*(?:([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?\s*([,;]|$)/y;

/** The `for` of each element of Forwarded (RFC 7239), from the caller on. Empty for an element that cannot be read or has none. */
export function forwardedHops(header: string | undefined): string[] {
  if (header === undefined || header.trim() === '') return [];
  const hops: string[] = [];
  let hop = '';
  PAIR.lastIndex = 0;
  for (;;) {
    const pair = PAIR.exec(header);
    // The rest is not in the form of the header: who wrote it is not known.
    if (pair === null) return [...hops, ''];
    const [, name = '', quoted, token = '', end] = pair;
    if (name.toLowerCase() === 'for') hop = quoted?.replace(/\\(.)/g, '$1') ?? token;
    if (end === ';') continue;
    hops.push(hop);
    hop = '';
    if (end === '') return hops;
  }
}
