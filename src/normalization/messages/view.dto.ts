import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsObject, IsOptional, IsString } from 'class-validator';
import { type JsonObject } from '../../events/event.js';
import { code } from './rules.js';
import { UserMessageDto } from './message.dto.js';

/** The fields that a page view and a screen view share. */
abstract class ViewDto extends UserMessageDto {
  /**
   * Name of the page or screen.
   * @example 'Home'
   */
  @IsOptional()
  @IsString(code('name_not_string'))
  @IsNotEmpty(code('name_not_string'))
  name?: string;

  /**
   * Category of the page or screen.
   * @example 'Shop'
   */
  @IsOptional()
  @IsString(code('category_not_string'))
  @IsNotEmpty(code('category_not_string'))
  category?: string;

  /** Facts about the view. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { path: '/', title: 'Home' } })
  @IsOptional()
  @IsObject(code('properties_not_object'))
  properties?: JsonObject;
}

/** Records that a user saw a page of a website. */
export class PageDto extends ViewDto {}

/** Records that a user saw a screen of an app. */
export class ScreenDto extends ViewDto {}
