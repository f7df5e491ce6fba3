import { type Source } from '../../events/call.js';
import { type Limit } from '../rate-limit/rate-limiter.js';
import { type CompiledPolicy } from './key-policy.js';

/** A source with what the guard needs of it; its write keys share the object. */
export interface KnownSource extends Source {
  readonly enabled: boolean;
  /** Most calls per second of its workspace; null for no limit. */
  readonly workspaceLimit: number | null;
}

/** A write key in memory. Revoked and expired keys are kept too: their refusals are counted as their usage. */
export interface KnownKey {
  readonly id: string;
  readonly source: KnownSource;
  /** In ms since the epoch; Infinity when it does not expire. */
  readonly expiresAt: number;
  readonly revoked: boolean;
  /** Undefined for a key without restrictions and limits, as most are. */
  readonly policy: CompiledPolicy | undefined;
}

/** Whether a call with this key counts against a limit. */
export const isLimited = ({ policy, source }: KnownKey): boolean =>
  source.workspaceLimit !== null || (policy !== undefined && policy.rateLimit !== null);

/** The limits that a call with this key counts against. */
export function rateLimitsOf({ id, policy, source }: KnownKey): Limit[] {
  const { workspaceId, workspaceLimit } = source;
  const rateLimit = policy?.rateLimit ?? null;
  return [
    ...(rateLimit === null ? [] : [{ name: `key:${id}`, perSecond: rateLimit }]),
    ...(workspaceLimit === null ? [] : [{ name: `workspace:${workspaceId}`, perSecond: workspaceLimit }]),
  ];
}
