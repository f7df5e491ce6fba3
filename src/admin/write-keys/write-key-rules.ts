import { Matches } from 'class-validator';

/**
 * A write key that the caller brings. It stands as user name in Basic authorisation, where a colon ends it, and in addresses
 * and bodies: visible ASCII is the same in all of them (WIRE 1.2).
 */
export const IsWriteKey = (): PropertyDecorator =>
  Matches(/^[!-9;-~]{8,256}$/, {
    message: '$property must have 8 to 256 visible ASCII characters, and no colon',
  });
