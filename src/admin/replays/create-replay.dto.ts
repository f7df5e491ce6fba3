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

/** Which events of the past a destination is to get again. All that is given must hold. */
export class CreateReplayDto extends PickType(ConnectionFilter, ['types', 'events'] as const) {
  /**
   * The destination that gets them; no other one does.
   * @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @IsString()
  @Length(1, 64)
  destinationId!: string;

  /** Sources whose events are wanted; without it, all that are connected to the destination. */
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
   * First moment, by the time at which the event log stored an event; with `onlyFailed`, by that of its first failure.
   * @example 2026-11-21T08:00:00Z
   */
  @IsTime()
  from!: string;

  /**
   * The moment before which it ends; one that is still to come counts as now.
   * @example 2026-11-21T10:00:00Z
   */
  @IsTime()
  to!: string;

  /**
   * The destination's dead letters that were not redelivered yet, instead of everything in the event log.
   * @example false
   */
  @MayBeLeftOut()
  @IsBoolean()
  onlyFailed?: boolean;

  /**
   * Most events per second; without it, as many as the destination takes.
   * @example 500
   */
  @MayBeLeftOut()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  rateLimit?: number;
}
