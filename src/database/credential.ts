import { hash } from 'node:crypto';

/**
 * SHA-256 of a write key or an admin token, as it is stored. A fast hash without salt is right here: made ones are random
 * and cannot be guessed from the hash, imported write keys are public identifiers that every web page shows, and the guard
 * has to look a key up by its hash on each call.
 */
export function hashOf(credential: string): Buffer {
  return hash('sha256', credential, 'buffer');
}

/** The part of a key or token that people see in lists: at most a quarter of it, so that an imported short one stays hidden. */
export function prefixOf(credential: string): string {
  return credential.slice(0, Math.min(8, Math.floor(credential.length / 4)));
}
