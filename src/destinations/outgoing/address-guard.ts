import ipaddr from 'ipaddr.js';
import { HostNames } from './names/host-names.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const NAT64 = ipaddr.IPv6.parse('64:ff9b::');
const SIX_TO_FOUR = ipaddr.IPv6.parse('2002::');
const COMPATIBLE = ipaddr.IPv6.parse('::');
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');

/** Why an address is refused. */
export type AddressFault = 'address_blocked' | 'https_required';

/**
 * Decides which addresses destinations may reach: global unicast, and the networks that the operator allows. An IPv6 address
 * that contains an IPv4 address (mapped, 6to4, NAT64) is judged as that IPv4 address. `names` finds the addresses to judge, so
 * that HTTP, the network and the check of settings resolve a name alike.
 */
export class AddressGuard {
  private readonly allowed: readonly [Address, number][];

  constructor(
    cidrs: readonly string[],
    readonly names = new HostNames(),
  ) {
    this.allowed = cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
  }

  /**
   * Undefined when the address is permitted. `ip` is an address as the operating system writes it; any other text is refused.
   * Without encryption (`http:`) only the allowed networks are permitted.
   */
  faultOf(ip: string, protocol: string): AddressFault | undefined {
    if (!ipaddr.isValid(ip)) return 'address_blocked';
    const written = ipaddr.parse(ip);
    const target = unwrapped(written);
    if (this.isAllowed(written) || this.isAllowed(target)) return undefined;
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

/** The IPv4 address inside an IPv6 address, or the address itself. */
function unwrapped(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  const bytes = address.toByteArray();
  const embedded = (from: number): Address => new ipaddr.IPv4(bytes.slice(from, from + 4));
  if (address.match(SIX_TO_FOUR, 16)) return embedded(2);
  if (address.match(NAT64, 96)) return embedded(12);
  if (address.match(COMPATIBLE, 96) && !isLoopbackOrUnspecified(bytes)) return embedded(12);
  return address;
}

function isLoopbackOrUnspecified(bytes: readonly number[]): boolean {
  return bytes.slice(0, 15).every((byte) => byte === 0) && (bytes[15] ?? 0) <= 1;
}
