import { ValidateBy } from 'class-validator';

const MOST = 30;
const LONGEST_SECONDS = 86_400;

/** Schema of the waits between attempts, in seconds. */
export const RETRY_DELAYS = {
  type: 'array' as const,
  items: { type: 'integer' as const, minimum: 0, maximum: LONGEST_SECONDS },
  maxItems: MOST,
  nullable: true,
  example: [5, 60, 600],
};

/** Validates the same. One rule, so that a wrong list is one fault and not one per entry. */
export const AreRetryDelays = (): PropertyDecorator =>
  ValidateBy({
    name: 'areRetryDelays',
    validator: {
      validate: (value) => Array.isArray(value) && value.length <= MOST && value.every(isDelay),
      defaultMessage: () =>
        `$property must be a list of at most ${MOST} whole numbers of seconds, each from 0 to ${LONGEST_SECONDS}`,
    },
  });

const isDelay = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LONGEST_SECONDS;
