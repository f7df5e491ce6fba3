import { createPrivateKey, X509Certificate } from 'node:crypto';
import { Matches, ValidateBy, type ValidationOptions } from 'class-validator';
import { brokerFault, hostFault } from '../../events/host-rules.js';
import { urlFault, type UrlRules } from '../../events/url-rules.js';

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

/** A URL with any host that a setting may name. The message says what is wrong with this value, without repeating it. */
export const IsUrlOf = (rules: UrlRules): PropertyDecorator =>
  faultRule('isUrl', (value) => urlFault(value, rules));

/** A host name or an IP address, and never a path, which `pg` would take for a socket file of this machine. */
export const IsHost = (): PropertyDecorator =>
  faultRule('isHost', (value) => (typeof value === 'string' ? hostFault(value) : 'must be a text'));

/** `host:port`, with an IPv6 address in brackets; a list of them with `each`. */
export const IsBroker = (options?: ValidationOptions): PropertyDecorator =>
  faultRule('isBroker', brokerFault, options);

function faultRule(
  name: string,
  faultOf: (value: unknown) => string | undefined,
  options?: ValidationOptions,
): PropertyDecorator {
  const defaultMessage = (args?: { readonly value: unknown }): string => {
    const values: unknown[] = [args?.value].flat();
    return `$property ${values.map(faultOf).find((fault) => fault !== undefined) ?? 'is not valid'}`;
  };
  return ValidateBy(
    { name, validator: { validate: (value) => faultOf(value) === undefined, defaultMessage } },
    options,
  );
}

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
