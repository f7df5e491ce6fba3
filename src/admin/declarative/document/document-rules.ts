import { Matches, ValidateBy } from 'class-validator';
import { type IdPrefix } from '../../../database/new-id.js';

/** An id in the form that this product generates. Ids become part of other names, such as consumer groups, so no other form is safe. */
export const IsId = (prefix: IdPrefix): PropertyDecorator =>
  Matches(new RegExp(`^${prefix}_[0-9A-Za-z]{22}$`), {
    message: `$property must be an id such as ${prefix}_0Uq3b2VtZ8kQ1x7mYd4HpR`,
  });

/** Requires references for secret settings. Values are refused, because the document lies in a repository. */
export const AreSecretReferences = (): PropertyDecorator =>
  ValidateBy({
    name: 'areSecretReferences',
    validator: {
      validate: (value) =>
        typeof value !== 'object' || value === null || Object.values(value as object).every(isReference),
      defaultMessage: () =>
        'Each of $property must be a reference such as { "$secret": "Warehouse/secret" }; values belong in secrets, beside the document',
    },
  });

function isReference(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { $secret, ...rest } = value as Record<string, unknown>;
  return typeof $secret === 'string' && /^.{1,200}$/u.test($secret) && Object.keys(rest).length === 0;
}
