import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../paging/page.dto.js';

/** Which write keys are wanted. */
export class WriteKeyQuery extends PageQuery {
  /**
   * What the visible prefix of the key begins with, at most 8 characters. More is refused, so that nobody puts a whole key into
   * an address, which ends in logs.
   */
  @ApiProperty({ required: false, minLength: 1, maxLength: 8, example: '8kQ1' })
  @IsOptional()
  @IsString()
  @Length(1, 8, { message: 'prefix must have 1 to 8 characters, never the whole key' })
  prefix?: string;
}
