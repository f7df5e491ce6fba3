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

/** The days to count. */
export class UsageQuery {
  /** First day, UTC. By default 29 days before the last day. */
  @ApiProperty({ required: false, format: 'date', example: '2026-11-01' })
  @IsOptional()
  @IsDay()
  from?: string;

  /** Last day, UTC. By default today. The period may have at most 366 days. */
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

  /** Count of each outcome. */
  @ApiProperty({ ...COUNTS, example: { accepted: 1200, expired: 3 } })
  counts!: Record<string, number>;
}

export class UsageDto {
  /** First day of the period, UTC. */
  @ApiProperty({ format: 'date', example: '2026-11-01' })
  from!: string;

  /** Last day of the period, UTC. */
  @ApiProperty({ format: 'date', example: '2026-11-21' })
  to!: string;

  /**
   * Sums over all days, by outcome. `accepted`, `duplicate` and reasons of rejections count messages. Reasons for which a whole
   * call was refused, such as `expired`, `rate_limited` or `unavailable` (the event log did not take it), count calls.
   */
  @ApiProperty({ ...COUNTS, example: { accepted: 1200, expired: 3 } })
  totals!: Record<string, number>;

  /** The days with counts, in order. */
  days!: UsageDayDto[];
}
