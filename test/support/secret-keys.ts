import { hash } from 'node:crypto';
import { parseSecretKey, type SecretKey } from '../../src/secrets/secret-key.js';

/** Text of a key for SECRET_KEYS, the same for equal names. */
export const keyText = (name: string): string => hash('sha256', name, 'base64');

export function aKey(name: string): SecretKey {
  return parseSecretKey(keyText(name))!;
}
