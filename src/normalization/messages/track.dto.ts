import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString } from 'class-validator';
import { type JsonObject } from '../../events/event.js';
import { code, IsGiven } from './rules.js';
import { UserMessageDto } from './message.dto.js';

/** Records what a user did. */
export class TrackDto extends UserMessageDto {
  /**
   * Name of the action.
   * @example 'Order Completed'
   */
  @IsGiven(code('event_not_defined'))
  @IsString(code('event_not_string'))
  event!: string;

  /** Facts about the action. */
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { orderId: 'A-1', revenue: 29.99 },
  })
  @IsOptional()
  @IsObject(code('properties_not_object'))
  properties?: JsonObject;
}
