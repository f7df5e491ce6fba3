import { type Grant } from './rate-limiter.js';

/** Names of the header fields, which pages of other origins may read too. */
export const RATE_LIMIT_FIELDS = ['RateLimit', 'RateLimit-Policy'] as const;

/**
 * The header fields of the answer to a limited call, granted or not (draft-ietf-httpapi-ratelimit-headers-10): the policy
 * `key` or `workspace` with its quota of calls in a window of one second, the calls left, and the seconds until the next window.
 */
export function rateLimitFields(grant: Grant): Record<(typeof RATE_LIMIT_FIELDS)[number], string> {
  const policy = `"${policyOf(grant)}"`;
  return {
    'RateLimit-Policy': `${policy};q=${grant.limit};w=1`,
    RateLimit: `${policy};r=${grant.remaining};t=${grant.resetSeconds}`,
  };
}

/** `key` or `workspace`, the first part of a limit's name. */
export const policyOf = ({ name }: Grant): string => name.slice(0, name.indexOf(':'));
