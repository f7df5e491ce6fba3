import { type WriteKeyScope } from '../../database/entities/write-key.entity.js';
import { type Source } from '../../events/source.js';
import { type Limit } from '../rate-limit/rate-limiter.js';
import { type Networks } from './networks.js';
import { type Origins } from './origins.js';

/** A source with what its write keys must know of it; its keys share the object. */
export interface KnownSource extends Source {
  readonly enabled: boolean;
  /** Most calls per second of its workspace; null for no limit. */
  readonly workspaceLimit: number | null;
}

/** Who may use a write key; keys with equal restrictions share the object. */
export interface Restrictions {
  readonly scopes: ReadonlySet<WriteKeyScope>;
  /** Undefined: all of them. */
  readonly origins: Origins | undefined;
  /** Undefined: all of them. */
  readonly networks: Networks | undefined;
  /** As the row has them, for the snapshot on disk. */
  readonly text: string;
}

/** A write key as the guard knows it, also a revoked or expired one: what it is refused for is counted on it. */
export interface KnownKey {
  readonly id: string;
  readonly source: KnownSource;
  /** In ms since the epoch; Infinity when it does not expire. */
  readonly expiresAt: number;
  readonly revoked: boolean;
  /** Undefined: anybody may use it, like most keys. */
  readonly restrictions: Restrictions | undefined;
  /** Most calls per second; null for no limit of its own. */
  readonly rateLimit: number | null;
}

export const isLimited = ({ rateLimit, source }: KnownKey): boolean =>
  rateLimit !== null || source.workspaceLimit !== null;

/** The limits that a call with this key counts against. */
export function rateLimitsOf({ id, rateLimit, source }: KnownKey): Limit[] {
  const { workspaceId, workspaceLimit } = source;
  return [
    ...(rateLimit === null ? [] : [{ name: `key:${id}`, perSecond: rateLimit }]),
    ...(workspaceLimit === null ? [] : [{ name: `workspace:${workspaceId}`, perSecond: workspaceLimit }]),
  ];
}
