import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString } from 'class-validator';
import { type JsonObject } from '../../events/event.js';
import { code, FitsId, ifGiven, IsGiven } from './rules.js';
import { UserMessageDto } from './user-message.dto.js';

/** Says which group a user belongs to: a company, a team, an account. */
export class GroupDto extends UserMessageDto {
  /**
   * The group's id in your database.
   * @example 'team-7'
   */
  @IsGiven(code('group_id_required'))
  @IsString(code('id_not_string'))
  @FitsId(code('id_too_long'))
  groupId!: string;

  /** What is known about the group. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { name: 'Acme', seats: 12 } })
  @IsOptional()
  @IsObject(code('traits_not_object'))
  traits?: JsonObject;
}

/** The same where a group may come without a user (WIRE 8.8): rules of a property replace those of the class above. */
export class UserlessGroupDto extends GroupDto {
  @IsString(ifGiven('id_not_string'))
  @FitsId(ifGiven('id_too_long'))
  declare userId?: string;
}
