import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQuery } from '../paging/page.dto.js';

export class DestinationQuery extends PageQuery {
  /**
   * Only destinations of this type.
   * @example webhook
   */
  @IsOptional()
  @IsString()
  @MaxLength(100)
  type?: string;
}

export class DeleteDestinationQuery {
  /** Whether deliveries that wait for a retry may be discarded. False when left out. */
  @ApiProperty({ required: false, enum: ['true', 'false'], default: 'false' })
  @IsOptional()
  @IsIn(['true', 'false'])
  discard?: 'true' | 'false';
}
