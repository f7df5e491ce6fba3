import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsObject, IsOptional, IsString } from 'class-validator';
import { type JsonObject } from '../../events/event.js';
import { code } from './rules.js';
import { UserMessageDto } from './user-message.dto.js';

/** What a page view and a screen view have in common. */
export abstract class ViewDto extends UserMessageDto {
  /**
   * Name of what was seen.
   * @example 'Home'
   */
  @IsOptional()
  @IsString(code('name_not_string'))
  @IsNotEmpty(code('name_not_string'))
  name?: string;

  /**
   * Group of pages or screens it belongs to.
   * @example 'Shop'
   */
  @IsOptional()
  @IsString(code('category_not_string'))
  @IsNotEmpty(code('category_not_string'))
  category?: string;

  /** What is to be known about it. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { path: '/', title: 'Home' } })
  @IsOptional()
  @IsObject(code('properties_not_object'))
  properties?: JsonObject;
}
