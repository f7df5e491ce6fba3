import { type WriteKeyRow } from '../keys/write-key-rows.js';

/** A line of a file of version 1: fields by position. */
interface Version1Line {
  readonly source: readonly [
    id: string,
    workspaceId: string,
    enabled: boolean,
    workspaceLimit: number | null,
  ];
  readonly keys: readonly (readonly [
    id: string,
    hash: string,
    expiresAt: number | null,
    revoked: boolean,
    rateLimit: number | null,
    /** JSON of the lists of scopes, origins and CIDRs; null for a key without restrictions. */
    restrictions: string | null,
  ])[];
}

/** The rows in a line of version 1, so that an instance that is upgraded while Postgres is away still has its write keys. */
export function rowsOfVersion1(line: string): WriteKeyRow[] {
  const { source, keys } = JSON.parse(line) as Version1Line;
  const [source_id, workspace_id, enabled, workspace_limit] = source;
  return keys.map(([id, hash, expires_at, revoked, rateLimit, restrictions]) => ({
    id,
    hash,
    expires_at,
    revoked,
    policy: policyOf(rateLimit, restrictions),
    source_id,
    workspace_id,
    enabled,
    workspace_limit,
  }));
}

function policyOf(rateLimit: number | null, restrictions: string | null): string | null {
  if (restrictions === null && rateLimit === null) return null;
  const [scopes, origins = [], cidrs = []] = JSON.parse(restrictions ?? '[]') as string[][];
  return JSON.stringify({
    ...(scopes && { scopes }),
    ...(origins.length > 0 && { allowedOrigins: origins }),
    ...(cidrs.length > 0 && { allowedCidrs: cidrs }),
    ...(rateLimit !== null && { rateLimit }),
  });
}
