import { type Caller } from './caller.js';
import { type KnownKey, type Restrictions } from './known-key.js';

/** Why a known key does not let a call pass. The caller is not told which of the first two it is. */
export type KeyRefusal =
  | 'revoked'
  | 'expired'
  | 'source_disabled'
  | 'scope_not_allowed'
  | 'origin_not_allowed'
  | 'address_not_allowed';

/** Whether a key counts at all: neither revoked nor expired. Its source may be turned off. */
export const isLive = ({ revoked, expiresAt }: KnownKey, now = Date.now()): boolean =>
  !revoked && expiresAt > now;

/** Why a key does not let a call of this caller pass; undefined when it does (DESIGN 5.6). `now` in ms since the epoch. */
export function keyRefusalOf(key: KnownKey, caller: Caller, now: number): KeyRefusal | undefined {
  if (key.revoked) return 'revoked';
  if (key.expiresAt <= now) return 'expired';
  if (!key.source.enabled) return 'source_disabled';
  return key.restrictions && breachOf(key.restrictions, caller);
}

function breachOf({ scopes, origins, networks }: Restrictions, caller: Caller): KeyRefusal | undefined {
  const { kind } = caller;
  if (!scopes.has(kind)) return 'scope_not_allowed';
  if (origins !== undefined && kind !== 'server') {
    const { origin } = caller;
    // A mail has no origin, nor has an image on a page that keeps it to itself: scopes alone rule those.
    const unknown = origin === undefined && kind === 'pixel';
    if (!unknown && !origins.admit(origin ?? '')) return 'origin_not_allowed';
  }
  if (networks !== undefined && !networks.admit(caller.address)) return 'address_not_allowed';
  return undefined;
}
