import { ApiProperty } from '@nestjs/swagger';
import { isISO8601, IsOptional, ValidateBy } from 'class-validator';

const IsDay = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value) =>
        typeof value === 'string' && /^2\d{3}-\d\d-\d\d$/.test(value) && isISO8601(value, { strict: true }),
      defaultMessage: () => '$property must be a day such as 2026-11-21',
    },
  });

/** Which days are wanted. */
export class UsageQuery {
  /** First day, UTC; 29 days before the last one when left out. */
  @ApiProperty({ required: false, format: 'date', example: '2026-11-01' })
  @IsOptional()
  @IsDay()
  from?: string;

  /** Last day, UTC; today when left out. At most 366 days in all. */
  @ApiProperty({ required: false, format: 'date', example: '2026-11-21' })
  @IsOptional()
  @IsDay()
  to?: string;
}

const COUNTS = { type: 'object', additionalProperties: { type: 'integer' } } as const;

export class UsageDayDto {
  /** The day, UTC. */
  @ApiProperty({ format: 'date', example: '2026-11-21' })
  day!: string;

  /** How often each outcome was met. */
  @ApiProperty({ ...COUNTS, example: { accepted: 1200, expired: 3 } })
  counts!: Record<string, number>;
}

export class UsageDto {
  /** First day that is told of, UTC. */
  @ApiProperty({ format: 'date', example: '2026-11-01' })
  from!: string;

  /** Last day that is told of, UTC. */
  @ApiProperty({ format: 'date', example: '2026-11-21' })
  to!: string;

  /**
   * Sums over all days, by outcome: `accepted`, `duplicate` and reasons of rejection count messages; reasons for which a whole
   * call was refused, such as `expired`, `rate_limited` or `unavailable` (the event log did not take it), count calls.
   */
  @ApiProperty({ ...COUNTS, example: { accepted: 1200, expired: 3 } })
  totals!: Record<string, number>;

  /** The days on which something was counted, in order. */
  days!: UsageDayDto[];
}
