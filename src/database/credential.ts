import { hash } from 'node:crypto';

/**
 * SHA-256 of a write key or an admin token, as stored. A fast hash without salt is right here. Generated credentials are
 * random and cannot be guessed from the hash; imported write keys are public identifiers that web pages show. The guard
 * looks a key up by its hash on each call.
 */
export function hashOf(credential: string): Buffer {
  return hash('sha256', credential, 'buffer');
}

/** The part of a key or token that lists show: at most a quarter of it, so that a short imported one stays secret. */
export function prefixOf(credential: string): string {
  return credential.slice(0, Math.min(8, Math.floor(credential.length / 4)));
}
