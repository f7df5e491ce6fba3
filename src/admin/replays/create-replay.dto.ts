import { ApiProperty, PickType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';
import { ConnectionFilter } from '../../destinations/filter/connection-filter.dto.js';
import { IsTime, MayBeLeftOut } from '../body-rules.js';

/** Which past events a destination is to receive. An event must match all conditions that are given. */
export class CreateReplayDto extends PickType(ConnectionFilter, ['types', 'events'] as const) {
  /**
   * The destination that receives them. No other one does.
   * @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @IsString()
  @Length(1, 64)
  destinationId!: string;

  /** Sources of the events. Left out: all that are connected to the destination. */
  @ApiProperty({
    required: false,
    type: [String],
    minItems: 1,
    maxItems: 100,
    example: ['src_0Uq3b2VtZ8kQ1x7mYd4HpR'],
  })
  @MayBeLeftOut()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  sourceIds?: string[];

  /**
   * Start of the period, inclusive, by the time at which the event log stored an event. With `onlyFailed`, by the time of its
   * first failure.
   * @example 2026-11-21T08:00:00Z
   */
  @IsTime()
  from!: string;

  /**
   * End of the period, exclusive. A time in the future means now.
   * @example 2026-11-21T10:00:00Z
   */
  @IsTime()
  to!: string;

  /**
   * Whether to replay the destination's dead letters that were not redelivered yet, instead of the event log.
   * @example false
   */
  @MayBeLeftOut()
  @IsBoolean()
  onlyFailed?: boolean;

  /**
   * Most events per second. Left out: as many as the destination accepts.
   * @example 500
   */
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  rateLimit?: number;
}
