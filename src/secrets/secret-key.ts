import { hash } from 'node:crypto';

/** Length of an AES-256 key in bytes. */
export const KEY_BYTES = 32;

/** An encryption key and the id by which sealed texts refer to it. */
export interface SecretKey {
  /** First 8 hex digits of the key's SHA-256: identifies the key without revealing it. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** Parses a 32-byte key in base64; undefined for any other text. */
export function parseSecretKey(text: string): SecretKey | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES ? { id: hash('sha256', bytes, 'hex').slice(0, 8), bytes } : undefined;
}
