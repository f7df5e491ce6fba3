import { IsOptional, IsString, MaxLength } from 'class-validator';
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
