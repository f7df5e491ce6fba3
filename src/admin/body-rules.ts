import { isISO8601, Matches, ValidateBy, ValidateIf } from 'class-validator';

/** May be left out and, unlike with IsOptional, not be null: for what always has a value. */
export const MayBeLeftOut = (): PropertyDecorator =>
  ValidateIf((_body: object, value: unknown) => value !== undefined);

/** Two names that differ by blanks at an end would look alike. */
export const NoBlankEnds = (): PropertyDecorator =>
  Matches(/^\S(?:.*\S)?$/s, { message: '$property must not begin or end with a blank' });

/** With a zone, so that the same text means the same moment wherever it is read. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A date with time and zone, as text. */
export const IsTime = (): PropertyDecorator =>
  ValidateBy({
    name: 'isTime',
    validator: {
      validate: (value) =>
        typeof value === 'string' && MOMENT.test(value) && isISO8601(value, { strict: true }),
      defaultMessage: () => '$property must be a time with its zone, such as 2031-01-01T00:00:00Z',
    },
  });

/** A date with time and zone that is still to come, as text. */
export const IsFutureTime = (): PropertyDecorator =>
  ValidateBy({
    name: 'isFutureTime',
    validator: {
      validate: (value) =>
        typeof value === 'string' &&
        MOMENT.test(value) &&
        isISO8601(value, { strict: true }) &&
        Date.parse(value) > Date.now(),
      defaultMessage: () => '$property must be a time to come with its zone, such as 2031-01-01T00:00:00Z',
    },
  });
