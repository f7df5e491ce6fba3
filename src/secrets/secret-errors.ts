/** A secret cannot be stored because no key is configured. The message is for administrators. */
export class NoSecretKey extends Error {
  override readonly name = 'NoSecretKey';
  constructor() {
    super(
      'Secrets cannot be stored: set SECRET_KEYS to a key of 32 bytes in base64, the same on every instance ' +
        '(openssl rand -base64 32), and restart.',
    );
  }
}

/** A stored secret was sealed under a key that is not configured here. */
export class UnknownSecretKey extends Error {
  override readonly name = 'UnknownSecretKey';
  readonly code = 'secret_key_unknown';
  constructor(readonly keyId: string) {
    super(`The secret was sealed under the key ${keyId}, which is not among SECRET_KEYS.`);
  }
}

/** A stored secret was changed, truncated, or moved from another row. */
export class DamagedSecret extends Error {
  override readonly name = 'DamagedSecret';
  readonly code = 'secret_damaged';
  constructor() {
    super('The stored secret is damaged, or belongs to another row.');
  }
}

/** The key file of the embedded default cannot be used. The message is one sentence for the operator. */
export class SecretKeyFileError extends Error {
  override readonly name = 'SecretKeyFileError';
  constructor(path: string) {
    super(
      `The key file ${path} does not hold 32 bytes in base64: restore the original file, ` +
        'or remove it and enter the secrets of the destinations again.',
    );
  }
}
