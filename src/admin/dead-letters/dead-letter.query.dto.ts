import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import { EVENT_TYPES, type EventType } from '../../events/event.js';
import { IsTime } from '../body-rules.js';
import { PageQuery } from '../paging/page.dto.js';

/** Which dead letters are wanted; all that is given must hold. */
export class DeadLetterQuery extends PageQuery {
  /**
   * Why the last attempt failed, as the dead letter says it.
   * @example http_400
   */
  @IsOptional()
  @IsString()
  @Length(1, 500)
  reason?: string;

  /** Kind of event. */
  @ApiProperty({ required: false, enum: EVENT_TYPES, example: 'track' })
  @IsOptional()
  @IsIn(EVENT_TYPES)
  eventType?: EventType;

  /**
   * Name of the event: of a track its `event`, of a page or screen its `name`.
   * @example Order Completed
   */
  @IsOptional()
  @IsString()
  @Length(1, 500)
  eventName?: string;

  /**
   * First moment at which it was given up, with its zone.
   * @example 2026-11-21T00:00:00Z
   */
  @IsOptional()
  @IsTime()
  from?: string;

  /**
   * The moment before which it was given up, in the same form.
   * @example 2026-11-22T00:00:00Z
   */
  @IsOptional()
  @IsTime()
  to?: string;

  /** Only those that were sent on their way again (`true`), or only those that were not (`false`). */
  @ApiProperty({ required: false, type: 'boolean', example: false })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean()
  redelivered?: boolean;
}
