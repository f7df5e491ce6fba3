import { Matches, ValidateBy } from 'class-validator';
import { type IdPrefix } from '../../../database/new-id.js';

/** An id of a kind as this product makes them: it becomes part of names elsewhere, so that nothing else may stand there. */
export const IsId = (prefix: IdPrefix): PropertyDecorator =>
  Matches(new RegExp(`^${prefix}_[0-9A-Za-z]{22}$`), {
    message: `$property must be an id such as ${prefix}_0Uq3b2VtZ8kQ1x7mYd4HpR`,
  });

/** Names of secret settings with references, and never with values: the document is for everybody who sees the repository. */
export const AreSecretReferences = (): PropertyDecorator =>
  ValidateBy({
    name: 'areSecretReferences',
    validator: {
      validate: (value) =>
        typeof value !== 'object' || value === null || Object.values(value as object).every(isReference),
      defaultMessage: () =>
        'Each of $property must be a reference such as { "$secret": "Warehouse/secret" }; values stand in secrets beside the document',
    },
  });

function isReference(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { $secret, ...rest } = value as Record<string, unknown>;
  return typeof $secret === 'string' && /^.{1,200}$/u.test($secret) && Object.keys(rest).length === 0;
}
