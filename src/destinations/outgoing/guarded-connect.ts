import { isIP } from 'node:net';
import { buildConnector } from 'undici';
import { unbracketed } from '../contract/network.js';
import { AddressBlocked } from './address-blocked.js';
import { type AddressGuard } from './address-guard.js';
import { guardedLookup } from './guarded-lookup.js';
import { watchStatus } from './status-watch.js';

/**
 * undici's connector with the guard at the three places where an address comes from: the URL, the name server's answer, and
 * the peer of the connected socket. The first two are checked before a byte is sent.
 */
export function guardedConnector(guard: AddressGuard, connectMs: number): buildConnector.connector {
  const connectors = {
    'http:': buildConnector({ timeout: connectMs, lookup: guardedLookup(guard, 'http:') }),
    'https:': buildConnector({ timeout: connectMs, lookup: guardedLookup(guard, 'https:') }),
  };
  return (options, callback) => {
    const protocol = options.protocol === 'http:' ? 'http:' : 'https:';
    const host = unbracketed(options.hostname);
    const written = isIP(host) === 0 ? undefined : guard.faultOf(host, protocol);
    if (written !== undefined) {
      callback(new AddressBlocked(written), null);
      return;
    }
    // SNI must not carry the dot at the end of a full name (RFC 6066, section 3).
    const named = host.endsWith('.') ? { ...options, servername: host.slice(0, -1) } : options;
    connectors[protocol](named, (...result) => {
      // On an error undici passes no socket, although its types say so.
      if (result[0] !== null) {
        callback(result[0], null);
        return;
      }
      const fault = guard.faultOf(result[1].remoteAddress ?? '', protocol);
      if (fault === undefined) {
        watchStatus(result[1]);
        callback(...result);
        return;
      }
      result[1].destroy();
      callback(new AddressBlocked(fault), null);
    });
  };
}
