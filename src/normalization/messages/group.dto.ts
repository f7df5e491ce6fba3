import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString } from 'class-validator';
import { type JsonObject } from '../../events/event.js';
import { code, FitsId, ifGiven, IsGiven } from './rules.js';
import { UserMessageDto } from './message.dto.js';

/** Puts a user into a group, such as a company, a team or an account. */
export class GroupDto extends UserMessageDto {
  /**
   * The group's id in your database.
   * @example 'team-7'
   */
  @IsGiven(code('group_id_required'))
  @IsString(code('id_not_string'))
  @FitsId(code('id_too_long'))
  groupId!: string;

  /** Facts about the group. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, example: { name: 'Acme', seats: 12 } })
  @IsOptional()
  @IsObject(code('traits_not_object'))
  traits?: JsonObject;
}

/** The same where a group may lack a user (WIRE 8.8). The rules of a property replace those that the superclass has for it. */
export class UserlessGroupDto extends GroupDto {
  @IsString(ifGiven('id_not_string'))
  @FitsId(ifGiven('id_too_long'))
  declare userId?: string;
}
