import { ValidateBy, type ValidationOptions, type ValidatorConstraintInterface } from 'class-validator';
import { type CallErrorCode } from '../../events/call-error.js';

/** Longest id in bytes; no vendor documents one (WIRE 3.2). */
const MAX_ID_BYTES = 1024;

/** The code for a breach of a rule. */
export const code = (name: CallErrorCode): ValidationOptions => ({ context: { code: name } });

/** The same, for a rule that applies only when the field is present and not null. */
export const ifGiven = (name: CallErrorCode): ValidationOptions => ({
  ...code(name),
  validateIf: (_, value) => value !== undefined && value !== null,
});

/** Present: neither missing, nor null, nor the empty string. */
export const IsGiven = rule(
  'isGiven',
  '$property is required',
  (value) => value !== undefined && value !== null && value !== '',
);

/** This id or the anonymousId is present. */
export const IsGivenOrAnonymous = rule(
  'isGivenOrAnonymous',
  '$property or anonymousId is required',
  (value: unknown, args) => {
    const id = value ?? (args?.object as { anonymousId?: unknown }).anonymousId;
    return id !== undefined && id !== null;
  },
);

/** A string of at most 1,024 bytes in UTF-8, the limit of an id. */
export const FitsId = rule(
  'fitsId',
  `$property may have at most ${MAX_ID_BYTES} bytes`,
  (value) => typeof value === 'string' && Buffer.byteLength(value) <= MAX_ID_BYTES,
);

function rule(name: string, message: string, validate: ValidatorConstraintInterface['validate']) {
  return (options: ValidationOptions): PropertyDecorator =>
    ValidateBy({ name, validator: { validate, defaultMessage: () => message } }, options);
}
