import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { type LookupFunction } from 'node:net';
import { AddressBlocked } from './address-blocked.js';
import { type AddressGuard } from './address-guard.js';

/** A name lookup that drops refused addresses from the name server's answer, so that no byte is sent to them. */
export function guardedLookup(guard: AddressGuard, protocol: string): LookupFunction {
  return (hostname: string, options: LookupOptions, callback) => {
    dns.lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) {
        callback(error, '');
        return;
      }
      const faults = addresses.map(({ address }) => guard.faultOf(address, protocol));
      const permitted = addresses.filter((_, index) => faults[index] === undefined);
      const [first] = permitted;
      if (first === undefined) callback(new AddressBlocked(faults[0] ?? 'address_blocked'), '');
      else if (options.all) callback(null, permitted);
      else callback(null, first.address, first.family);
    });
  };
}
