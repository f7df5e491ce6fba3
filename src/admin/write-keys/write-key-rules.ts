import { Matches, ValidateBy, type ValidationArguments } from 'class-validator';
import { networkOf } from '../../auth/keys/networks.js';
import { originPatternOf } from '../../auth/keys/origins.js';

/**
 * A write key of somebody's own. It stands as user name in Basic authorisation, where a colon ends it, and in addresses and
 * bodies: visible ASCII is the same in all of them (WIRE 1.2).
 */
export const IsWriteKey = (): PropertyDecorator =>
  Matches(/^[!-9;-~]{8,256}$/, {
    message: '$property must have 8 to 256 visible ASCII characters, and no colon',
  });

/** A list in which each entry must have a form; the answer names those that have not. */
const eachIs = (name: string, isOne: (text: string) => boolean, wanted: string): PropertyDecorator =>
  ValidateBy(
    {
      name,
      validator: {
        validate: (value) => typeof value === 'string' && isOne(value),
        defaultMessage: (given) => `Each of $property must be ${wanted}; wrong: ${wrongOf(given, isOne)}`,
      },
    },
    { each: true },
  );

function wrongOf(given: ValidationArguments | undefined, isOne: (text: string) => boolean): string {
  const list: unknown[] = Array.isArray(given?.value) ? given.value : [];
  const wrong = list.filter((entry) => typeof entry !== 'string' || !isOne(entry));
  return wrong.map((entry) => JSON.stringify(entry)).join(', ');
}

/** Origins as `Origins` reads them. */
export const AreOrigins = (): PropertyDecorator =>
  eachIs(
    'isOrigin',
    (text) => text.length <= 300 && originPatternOf(text) !== undefined,
    'an origin such as https://app.example.com or https://*.example.com, without a path',
  );

/** Networks as `Networks` reads them. */
export const AreNetworks = (): PropertyDecorator =>
  eachIs(
    'isNetwork',
    (text) => networkOf(text) !== undefined,
    'a network such as 203.0.113.0/24 or 2001:db8::/32, or one address',
  );
