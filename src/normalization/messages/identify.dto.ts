import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional } from 'class-validator';
import { type JsonObject } from '../../events/event.js';
import { code } from './rules.js';
import { UserMessageDto } from './message.dto.js';

/** Records who a user is. */
export class IdentifyDto extends UserMessageDto {
  /** Facts about the user. */
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    example: { email: 'jane@example.com', plan: 'pro' },
  })
  @IsOptional()
  @IsObject(code('traits_not_object'))
  traits?: JsonObject;
}
