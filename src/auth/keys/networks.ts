import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Bits of an IPv6 address before the IPv4 address that is mapped into it (RFC 4291, 2.5.5.2). */
const MAPPED_BITS = 96;

/**
 * Networks that may use a write key, as CIDRs or single addresses. IPv4 written as IPv6 is IPv4, in the list and of the
 * caller. An entry that cannot be read matches nothing, so that it never widens a list.
 */
export class Networks {
  private readonly networks: readonly Network[];

  constructor(cidrs: readonly string[]) {
    this.networks = cidrs.flatMap(networksOf);
  }

  /** An unknown address is in no network. */
  admit(address: string | undefined): boolean {
    if (address === undefined || !ipaddr.isValid(address)) return false;
    const client = ipaddr.process(address);
    return this.networks.some(
      ([network, bits]) => client.kind() === network.kind() && client.match(network, bits),
    );
  }
}

function networksOf(cidr: string): Network[] {
  if (ipaddr.isValid(cidr)) {
    const address = ipaddr.process(cidr);
    return [[address, 8 * address.toByteArray().length]];
  }
  if (!ipaddr.isValidCIDR(cidr)) return [];
  const [address, bits] = ipaddr.parseCIDR(cidr);
  const isMapped = address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() && bits >= MAPPED_BITS;
  return isMapped ? [[address.toIPv4Address(), bits - MAPPED_BITS]] : [[address, bits]];
}

/**
 * The stored form of an entry: `10.1.2.3/8` becomes `10.0.0.0/8`, a single address becomes a network of one. Undefined for
 * other texts, short forms such as `10.1` too, since programs read those as different networks.
 */
export function networkOf(text: string): string | undefined {
  const [start = ''] = text.split('/', 1);
  const [network] = isIP(start) === 0 || start.includes('%') ? [] : networksOf(text);
  if (network === undefined) return undefined;
  const [address, bits] = network;
  const family = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return `${family.networkAddressFromCIDR(`${address.toString()}/${bits}`).toString()}/${bits}`;
}
