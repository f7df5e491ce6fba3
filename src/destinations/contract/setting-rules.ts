import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Matches, ValidateBy } from 'class-validator';

const PRINTABLE = /^[^\p{Cc}]+$/u;
const CERTIFICATES = /^-----BEGIN CERTIFICATE-----\s[\s\S]{1,60000}\s-----END CERTIFICATE-----\s*$/;
/** Longest PEM text that is parsed, in characters. */
const MAX_PEM = 50_000;

/** A text without control characters, which may end a line of a protocol. */
export const IsPrintable = (): PropertyDecorator =>
  Matches(PRINTABLE, { message: '$property must not hold control characters' });

/** One or more certificates in PEM. Checks the frame only: the TLS library reads the content when it connects. */
export const AreCertificates = (): PropertyDecorator =>
  Matches(CERTIFICATES, { message: '$property must be certificates in PEM' });

/** A certificate or a chain in PEM whose first certificate OpenSSL can read. */
export const IsCertificate = (): PropertyDecorator =>
  pemRule('isCertificate', 'a certificate in PEM', (pem) => new X509Certificate(pem));

/** A private key in PEM, without a passphrase, that OpenSSL can read. */
export const IsPrivateKey = (): PropertyDecorator =>
  pemRule('isPrivateKey', 'a private key in PEM, without a passphrase', createPrivateKey);

function pemRule(name: string, description: string, parse: (pem: string) => unknown): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value: unknown) =>
        typeof value === 'string' && value.length <= MAX_PEM && canParse(value, parse),
      defaultMessage: () => `$property must be ${description}, of at most ${MAX_PEM} characters`,
    },
  });
}

function canParse(pem: string, parse: (pem: string) => unknown): boolean {
  try {
    parse(pem);
    return true;
  } catch {
    return false;
  }
}
