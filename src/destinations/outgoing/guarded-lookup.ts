import { type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { AddressBlocked } from './address-blocked.js';
import { type AddressGuard } from './address-guard.js';

/**
 * A name lookup that drops refused addresses from the name server's answer, so that no byte is sent to them. It honours the
 * options `family` and `all`; the others are hints for `dns.lookup`, which it does not use.
 */
export function guardedLookup(guard: AddressGuard, protocol: string): LookupFunction {
  return (hostname, options, callback) => {
    permittedAddresses(guard, protocol, hostname, options).then(
      ([first, ...rest]) => {
        if (options.all) callback(null, [first, ...rest]);
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, ''),
    );
  };
}

/** Rejects with NameLookupFailed, or with AddressBlocked when the guard permits none of the addresses. */
async function permittedAddresses(
  guard: AddressGuard,
  protocol: string,
  hostname: string,
  { family }: LookupOptions,
): Promise<[LookupAddress, ...LookupAddress[]]> {
  const addresses = await guard.names.resolve(hostname, familyOf(family));
  const faults = addresses.map((address) => guard.faultOf(address, protocol));
  const permitted = addresses.filter((_, index) => faults[index] === undefined);
  const [first, ...rest] = permitted.map((address) => ({ address, family: isIP(address) }));
  if (first === undefined) throw new AddressBlocked(faults[0] ?? 'address_blocked');
  return [first, ...rest];
}

/** Undefined when both families will do. */
function familyOf(family: LookupOptions['family']): 4 | 6 | undefined {
  if (family === 4 || family === 'IPv4') return 4;
  return family === 6 || family === 'IPv6' ? 6 : undefined;
}
