import { hash } from 'node:crypto';

/** Bytes of a key of AES-256. */
export const KEY_BYTES = 32;

/** A key, with the name by which sealed texts refer to it. */
export interface SecretKey {
  /** First 8 hex digits of the key's SHA-256: says which key it is, and nothing about it. */
  readonly id: string;
  readonly bytes: Buffer;
}

/** Reads a key of 32 bytes in base64; undefined when it is none. */
export function parseSecretKey(text: string): SecretKey | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES ? { id: hash('sha256', bytes, 'hex').slice(0, 8), bytes } : undefined;
}
