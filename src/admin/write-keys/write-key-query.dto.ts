import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { PageQuery } from '../paging/page.dto.js';

/** Which write keys to list. */
export class WriteKeyQuery extends PageQuery {
  /**
   * Beginning of the visible prefix, at most 8 characters. A longer text is refused: a whole key must not be part of an address,
   * which is written to logs.
   */
  @ApiProperty({ required: false, minLength: 1, maxLength: 8, example: '8kQ1' })
  @IsOptional()
  @IsString()
  @Length(1, 8, { message: 'prefix must have 1 to 8 characters, never the whole key' })
  prefix?: string;
}
