import { hash } from 'node:crypto';
import { parseSecretKey, type SecretKey } from '../../src/secrets/secret-key.js';

/** Text of a key for SECRET_KEYS, always the same for a name. */
export const keyText = (name: string): string => hash('sha256', name, 'base64');

export function aKey(name: string): SecretKey {
  return parseSecretKey(keyText(name))!;
}
