import { isIPv6 } from 'node:net';

const MAX_NAME = 253;
/** A label of a name. DNS allows underscores, and many names inside of clusters have them. */
const LABEL = /^(?!-)[\p{L}\p{M}\p{N}_-]{1,63}(?<!-)$/u;
const NO_PORT = 'must have a port from 1 to 65535 behind the colon';
export const BARE_SIX = 'must have an IPv6 address in brackets';

/**
 * What is wrong with a host: a name of one or more labels, also with a dot at its end, or an IP address, an IPv6 one with or
 * without brackets. Undefined when nothing is. The one rule for hosts in all settings.
 */
export function hostFault(host: string): string | undefined {
  if (isIPv6(host.replace(/^\[(.*)\]$/, '$1'))) return host.includes('%') ? zoned : undefined;
  if (host.includes('://')) return 'must be a host without a protocol';
  if (host.includes('@')) return 'must be a host without a user and a password';
  if (/\s/.test(host)) return 'must be a host without blanks';
  if (host.includes('/')) return 'must be a host without a path';
  if (/^[^:]+:\d+$/.test(host)) return 'must be a host without a port';
  if (host.includes('%') && host.includes(':')) return zoned;
  const name = host.replace(/\.$/, '');
  const isName = name.length <= MAX_NAME && name.split('.').every((label) => LABEL.test(label));
  return isName
    ? undefined
    : 'must be a host of letters, digits, hyphens, underscores and dots, or an IP address';
}

const zoned = 'must be an IPv6 address without a zone';

/** What is wrong with `host:port`; undefined when nothing is. */
export function brokerFault(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be a text';
  if (value.includes('://')) return 'must be host:port without a protocol';
  const [host, port] = partsOf(value.slice(value.lastIndexOf('@') + 1));
  if (value.includes('@')) return hostFault('@');
  if (host.includes(':') && !host.startsWith('[')) return BARE_SIX;
  return port === undefined ? 'must be host:port' : (portFault(port) ?? hostFault(host));
}

/** Host and port. A host with several colons is not split: only the brackets of IPv6 tell where its port begins. */
export function partsOf(text: string): [host: string, port: string | undefined] {
  const [, host, port] = /^(\[[^\]]*\]|[^:]*):([^:]*)$/.exec(text) ?? [];
  return host === undefined ? [text, undefined] : [host, port];
}

export const portFault = (port: string): string | undefined =>
  /^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535 ? undefined : NO_PORT;
