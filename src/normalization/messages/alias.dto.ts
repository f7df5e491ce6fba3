import { IsString } from 'class-validator';
import { code, FitsId, IsGiven } from './rules.js';
import { MessageDto } from './message.dto.js';

/** Records that two ids are the same user. */
export class AliasDto extends MessageDto {
  /**
   * The id that the user had so far.
   * @example 'anon-7f3a'
   */
  @IsGiven(code('previous_id_required'))
  @IsString(code('id_not_string'))
  @FitsId(code('id_too_long'))
  previousId!: string;

  /**
   * The id that the user has from now on.
   * @example 'user-1'
   */
  @IsGiven(code('user_id_required'))
  @IsString(code('id_not_string'))
  @FitsId(code('id_too_long'))
  userId!: string;
}
