import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { EVENT_TYPES, type EventType } from '../../events/event.js';
import { IsTime } from '../body-rules.js';
import { PageQuery } from '../paging/page.dto.js';

/** Filters of dead letters. A dead letter must match all that are given. */
export class DeadLetterQuery extends PageQuery {
  /**
   * `reason` of the dead letter.
   * @example http_400
   */
  @IsOptional()
  @IsString()
  @Length(1, 500)
  reason?: string;

  /** Type of the event. */
  @ApiProperty({ required: false, enum: EVENT_TYPES, example: 'track' })
  @IsOptional()
  @IsIn(EVENT_TYPES)
  eventType?: EventType;

  /**
   * Name of the event: `event` of a track, `name` of a page or screen.
   * @example Order Completed
   */
  @IsOptional()
  @IsString()
  @Length(1, 500)
  eventName?: string;

  /**
   * Start of the period, inclusive, by the time of the last failure. With a zone.
   * @example 2026-11-21T00:00:00Z
   */
  @IsOptional()
  @IsTime()
  from?: string;

  /**
   * End of the period, exclusive, in the same form.
   * @example 2026-11-22T00:00:00Z
   */
  @IsOptional()
  @IsTime()
  to?: string;

  /** Only those that were redelivered (`true`), or only those that were not (`false`). */
  @ApiProperty({ required: false, type: 'boolean', example: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  redelivered?: boolean;
}
