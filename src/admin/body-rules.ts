import { isISO8601, Matches, ValidateBy, ValidateIf } from 'class-validator';

/** The field may be left out but, unlike with IsOptional, may not be null. */
export const MayBeLeftOut = (): PropertyDecorator =>
  ValidateIf((_body: object, value: unknown) => value !== undefined);

/** Refuses blanks at either end: names that differ only by those look alike. */
export const NoBlankEnds = (): PropertyDecorator =>
  Matches(/^\S(?:.*\S)?$/s, { message: '$property must not begin or end with a blank' });

/** A date, which means midnight UTC. */
const DAY = String.raw`\d{4}-\d\d-\d\d`;
/** A time with its zone, so that the text means the same moment in every place. */
const TIME = String.raw`T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)`;
const DATE_TIME = new RegExp(`^${DAY}${TIME}$`);
const DAY_OR_DATE_TIME = new RegExp(`^${DAY}(${TIME})?$`);

const matches = (value: unknown, form: RegExp): value is string =>
  typeof value === 'string' && form.test(value) && isISO8601(value, { strict: true });

/** A date with time and zone, as text. */
export const IsTime = (): PropertyDecorator =>
  ValidateBy({
    name: 'isTime',
    validator: {
      validate: (value) => matches(value, DATE_TIME),
      defaultMessage: () => '$property must be a time with its zone, such as 2031-01-01T00:00:00Z',
    },
  });

/** A date with time and zone in the future, as text. */
export const IsFutureTime = (): PropertyDecorator =>
  ValidateBy({
    name: 'isFutureTime',
    validator: {
      validate: (value) => matches(value, DATE_TIME) && Date.parse(value) > Date.now(),
      defaultMessage: () => '$property must be a future time with its zone, such as 2031-01-01T00:00:00Z',
    },
  });

/** A date, or a date with time and zone, as text. */
export const IsDayOrTime = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDayOrTime',
    validator: {
      validate: (value) => matches(value, DAY_OR_DATE_TIME),
      defaultMessage: () => '$property must be a date such as 2026-11-21 or 2026-11-21T15:04:05Z',
    },
  });
