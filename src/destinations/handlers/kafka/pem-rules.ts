import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ValidateBy } from 'class-validator';

const MAX_LENGTH = 50_000;

/** One certificate or a chain of them, as PEM text. */
export const IsCertificate = (): PropertyDecorator =>
  pemRule('isCertificate', 'a certificate in PEM', (pem) => new X509Certificate(pem));

/** A private key without a passphrase, as PEM text. */
export const IsPrivateKey = (): PropertyDecorator =>
  pemRule('isPrivateKey', 'a private key in PEM, without a passphrase', createPrivateKey);

function pemRule(name: string, what: string, read: (pem: string) => unknown): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && value.length <= MAX_LENGTH && isReadable(value, read),
      defaultMessage: () => `$property must be ${what}, of at most ${MAX_LENGTH} characters`,
    },
  });
}

function isReadable(pem: string, read: (pem: string) => unknown): boolean {
  try {
    read(pem);
    return true;
  } catch {
    return false;
  }
}
