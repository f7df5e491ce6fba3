import { applyDecorators } from '@nestjs/common';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsInt, Matches, Max, Min, ValidateBy } from 'class-validator';
import ipaddr from 'ipaddr.js';

const text = (change: (value: string) => unknown) =>
  Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? change(value) : value));

/** A whole number within bounds. */
export const Int = (min: number, max = Number.MAX_SAFE_INTEGER): PropertyDecorator =>
  applyDecorators(
    Type(() => Number),
    IsInt(),
    Min(min),
    Max(max),
  );

/** `true` or `false`. */
export const Flag = (): PropertyDecorator =>
  applyDecorators(
    text((value) => (value === 'true' ? true : value === 'false' ? false : value)),
    IsBoolean(),
  );

/** Parts separated by commas; blanks around them do not count. */
export const List = (): PropertyDecorator =>
  text((value) => value.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()])));

/** A list of IPv4 or IPv6 networks such as `10.0.0.0/8`. */
export const Cidrs = (): PropertyDecorator =>
  applyDecorators(
    List(),
    ValidateBy(
      {
        name: 'isCidr',
        validator: {
          validate: (value) => typeof value === 'string' && ipaddr.isValidCIDR(value),
          defaultMessage: () => '$property must list networks such as 10.0.0.0/8',
        },
      },
      { each: true },
    ),
  );

/** A list of keys of 32 bytes in base64, with or without the padding. */
export const SecretKeys = (): PropertyDecorator =>
  applyDecorators(
    List(),
    Matches(/^[A-Za-z0-9+/]{43}=?$/, {
      each: true,
      message: '$property must list keys of 32 bytes in base64, as `openssl rand -base64 32` makes them',
    }),
  );
