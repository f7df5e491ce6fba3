import { type Grant } from './rate-limiter.js';

/** Names of the fields, which pages of other origins may read too. */
export const RATE_LIMIT_FIELDS = ['RateLimit', 'RateLimit-Policy'] as const;

/**
 * What the sender of a limited call is told of its limit, granted or not (draft-ietf-httpapi-ratelimit-headers-10): the
 * policy `key` or `workspace` with its quota in calls per window of one second, and what is left until when, in seconds.
 */
export function rateLimitFields(grant: Grant): Record<(typeof RATE_LIMIT_FIELDS)[number], string> {
  const policy = `"${policyOf(grant)}"`;
  return {
    'RateLimit-Policy': `${policy};q=${grant.limit};w=1`,
    RateLimit: `${policy};r=${grant.remaining};t=${grant.resetSeconds}`,
  };
}

/** `key` or `workspace`: limits are named by what they are of and its id. */
export const policyOf = ({ name }: Grant): string => name.slice(0, name.indexOf(':'));
