import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional } from 'class-validator';
import { type JsonObject } from '../../events/event.js';
import { code } from './rules.js';
import { UserMessageDto } from './user-message.dto.js';

/** Says who a user is. */
export class IdentifyDto extends UserMessageDto {
  /** What is known about the user. */
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { email: 'jane@example.com', plan: 'pro' },
  })
  @IsOptional()
  @IsObject(code('traits_not_object'))
  traits?: JsonObject;
}
