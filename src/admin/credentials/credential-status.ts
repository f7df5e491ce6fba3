/** Whether a write key or an admin token works. */
export type CredentialStatus = 'live' | 'expired' | 'revoked';

/** The columns that decide it. */
interface Ending {
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

/** The status of a write key or an admin token at a time, in ms since the epoch. */
export function statusOf({ expiresAt, revokedAt }: Ending, now = Date.now()): CredentialStatus {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt.getTime() <= now ? 'expired' : 'live';
}
