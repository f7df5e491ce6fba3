import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const NAT64 = ipaddr.IPv6.parse('64:ff9b::');
const SIX_TO_FOUR = ipaddr.IPv6.parse('2002::');
const COMPATIBLE = ipaddr.IPv6.parse('::');
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');

/** Why an address is refused. */
export type AddressFault = 'address_blocked' | 'https_required';

/**
 * Says which addresses a destination may be reached at: global unicast, and the networks the operator allows
 * (DESTINATIONS 3). An IPv4 address hidden in an IPv6 one is judged as what it is.
 */
export class AddressGuard {
  private readonly allowed: readonly [Address, number][];

  constructor(cidrs: readonly string[]) {
    this.allowed = cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
  }

  /**
   * `ip` is an address as the system writes it; whatever is not one is refused, undefined means permitted. Without
   * encryption only the allowed networks are left.
   */
  faultOf(ip: string, protocol: string): AddressFault | undefined {
    if (!ipaddr.isValid(ip)) return 'address_blocked';
    const given = ipaddr.parse(ip);
    const target = unwrapped(given);
    if (this.isAllowed(given) || this.isAllowed(target)) return undefined;
    if (!isGlobal(target)) return 'address_blocked';
    return protocol === 'https:' ? undefined : 'https_required';
  }

  private isAllowed(address: Address): boolean {
    return this.allowed.some(([net, bits]) => net.kind() === address.kind() && address.match([net, bits]));
  }
}

function isGlobal(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST, 3);
}

function unwrapped(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const bytes = address.toByteArray();
  const hidden = (from: number): Address => new ipaddr.IPv4(bytes.slice(from, from + 4));
  if (address.match(SIX_TO_FOUR, 16)) return hidden(2);
  if (address.match(NAT64, 96)) return hidden(12);
  if (address.match(COMPATIBLE, 96) && !isLoopbackOrUnspecified(bytes)) return hidden(12);
  return address;
}

function isLoopbackOrUnspecified(bytes: readonly number[]): boolean {
  return bytes.slice(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) <= 1;
}
