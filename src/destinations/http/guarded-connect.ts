import dns, { type LookupAddress, type LookupOptions } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { type AddressFault, type AddressGuard } from './address-guard.js';

/** The address is one that destinations may not reach. Another try does not help. */
export class AddressBlocked extends Error {
  override readonly name = 'AddressBlocked';
  constructor(readonly fault: AddressFault) {
    super(fault);
  }
}

/**
 * undici's connector with the guard at the three places an address can come from: written in the URL, answered by the
 * name server (so that not one byte reaches a private host), and last the peer that the socket is really connected to.
 */
export function guardedConnector(guard: AddressGuard, connectMs: number): buildConnector.connector {
  const connectors = {
    'http:': buildConnector({ timeout: connectMs, lookup: guardedLookup(guard, 'http:') }),
    'https:': buildConnector({ timeout: connectMs, lookup: guardedLookup(guard, 'https:') }),
  };
  return (options, callback) => {
    const protocol = options.protocol === 'http:' ? 'http:' : 'https:';
    const host = options.hostname.replace(/^\[|\]$/g, '');
    const written = isIP(host) === 0 ? undefined : guard.faultOf(host, protocol);
    if (written !== undefined) {
      callback(new AddressBlocked(written), null);
      return;
    }
    connectors[protocol](options, (...result) => {
      // On an error undici leaves the socket out, whatever its types say.
      if (result[0] !== null) {
        callback(result[0], null);
        return;
      }
      const fault = guard.faultOf(result[1].remoteAddress ?? '', protocol);
      if (fault === undefined) {
        callback(...result);
        return;
      }
      result[1].destroy();
      callback(new AddressBlocked(fault), null);
    });
  };
}

/** Leaves out of the name server's answer what is not permitted. */
function guardedLookup(guard: AddressGuard, protocol: string): LookupFunction {
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
