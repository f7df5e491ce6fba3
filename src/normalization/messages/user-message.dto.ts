import { IsString } from 'class-validator';
import { code, FitsId, ifGiven, IsGivenOrAnonymous } from './rules.js';
import { MessageDto } from './message.dto.js';

/** A message about a user, known or anonymous. */
export abstract class UserMessageDto extends MessageDto {
  /**
   * The user's id in your database. Each message needs this or an anonymousId.
   * @example 'user-1'
   */
  @IsString(ifGiven('id_not_string'))
  @FitsId(ifGiven('id_too_long'))
  @IsGivenOrAnonymous(code('no_user_anon_id'))
  userId?: string;
}
