import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { AddressBlocked } from './address-blocked.js';
import { type AddressGuard } from './address-guard.js';
import { guardedLookup } from './guarded-lookup.js';

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
