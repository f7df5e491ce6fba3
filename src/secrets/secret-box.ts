import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DamagedSecret, NoSecretKey, UnknownSecretKey } from './secret-errors.js';
import { type SecretKey } from './secret-key.js';

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^v1\.([0-9a-f]{8})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{22,})$/;

/**
 * Encrypts secrets for the database with AES-256-GCM. The first key seals and every key opens, so keys can be rotated
 * (DESIGN 5.7). A sealed text is `v1.<key id>.<iv>.<ciphertext and tag>`, the last two in base64url.
 */
export class SecretBox {
  private readonly byId: ReadonlyMap<string, SecretKey>;

  constructor(private readonly keys: readonly SecretKey[]) {
    this.byId = new Map(keys.map((key) => [key.id, key]));
  }

  /** Id of the key that seals; undefined without keys. */
  get keyId(): string | undefined {
    return this.keys[0]?.id;
  }

  /**
   * `owner` is the id of the row that the text belongs to. The tag protects it too, so a person with write access to the
   * database cannot move one tenant's secret into another tenant's row. Throws NoSecretKey.
   */
  seal(text: string, owner: string): string {
    const [key] = this.keys;
    if (key === undefined) throw new NoSecretKey();
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, key.bytes, iv).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return [VERSION, key.id, iv.toString('base64url'), sealed.toString('base64url')].join('.');
  }

  /** Throws UnknownSecretKey or DamagedSecret; neither message contains the secret. */
  open(sealed: string, owner: string): string {
    const [, keyId, iv, rest] = SEALED.exec(sealed) ?? [];
    if (keyId === undefined || iv === undefined || rest === undefined) throw new DamagedSecret();
    const key = this.byId.get(keyId);
    if (key === undefined) throw new UnknownSecretKey(keyId);
    return opened(key, Buffer.from(iv, 'base64url'), Buffer.from(rest, 'base64url'), owner);
  }

  /** Whether the text was sealed under the current first key. */
  isCurrent(sealed: string): boolean {
    return this.keyId !== undefined && SEALED.exec(sealed)?.[1] === this.keyId;
  }
}

function opened(key: SecretKey, iv: Buffer, sealed: Buffer, owner: string): string {
  const decipher = createDecipheriv(ALGORITHM, key.bytes, iv, { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(owner))
    .setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return decipher.update(sealed.subarray(0, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  } catch {
    throw new DamagedSecret();
  }
}
