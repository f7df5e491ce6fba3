import { type Caller } from './caller.js';
import { type CompiledPolicy } from './key-policy.js';
import { type KnownKey } from './known-key.js';

/** Why a known key does not admit a call. The caller cannot tell the first two from an unknown key. */
export type KeyRefusal =
  | 'revoked'
  | 'expired'
  | 'source_disabled'
  | 'scope_not_allowed'
  | 'origin_not_allowed'
  | 'address_not_allowed';

/** Whether a key is neither revoked nor expired. Its source may be disabled. */
export const isLive = ({ revoked, expiresAt }: KnownKey, now = Date.now()): boolean =>
  !revoked && expiresAt > now;

/** Why a key does not admit a call of this caller; undefined when it does (DESIGN 5.6). `now` in ms since the epoch. */
export function keyRefusalOf(key: KnownKey, caller: Caller, now: number): KeyRefusal | undefined {
  if (key.revoked) return 'revoked';
  if (key.expiresAt <= now) return 'expired';
  if (!key.source.enabled) return 'source_disabled';
  return key.policy && breachOf(key.policy, caller);
}

function breachOf({ scopes, origins, networks }: CompiledPolicy, caller: Caller): KeyRefusal | undefined {
  if (scopes !== undefined && !scopes.has(caller.kind)) return 'scope_not_allowed';
  if (origins !== undefined && !admitsOrigin(origins, caller)) return 'origin_not_allowed';
  if (networks !== undefined && !networks.admit(caller.address)) return 'address_not_allowed';
  return undefined;
}

/** Servers have no origin. Nor has a mail, or a page that sends no referrer: only the scopes decide about such a pixel. */
function admitsOrigin(origins: NonNullable<CompiledPolicy['origins']>, { kind, origin }: Caller): boolean {
  if (kind === 'server' || (kind === 'pixel' && origin === undefined)) return true;
  return origins.admit(origin ?? '');
}
