import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import { REPLAY_STATES, type ReplayState } from '../../database/entities/replay.entity.js';
import { PageQuery } from '../paging/page.dto.js';

export class ReplayQuery extends PageQuery {
  /**
   * Only replays to this destination.
   * @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  destinationId?: string;

  /** Only replays in this state. */
  @ApiProperty({ required: false, enum: REPLAY_STATES })
  @IsOptional()
  @IsIn(REPLAY_STATES)
  state?: ReplayState;
}
