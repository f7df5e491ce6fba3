import { ApiProperty, IntersectionType, OmitType, PartialType } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { IsFutureTime, MayBeLeftOut, NoBlankEnds } from '../body-rules.js';
import { KeyPolicyDto } from '../credentials/key-policy.dto.js';
import { IsWriteKey } from './write-key-rules.js';

class NewKeyDto {
  /**
   * A name for people. Two write keys of a source may not share one, unless one of them is revoked.
   * @example Production
   */
  @ApiProperty()
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /**
   * The key itself, if your apps have one already: 8 to 256 visible ASCII characters without a colon. By default a random key
   * is generated, which is better.
   */
  @ApiProperty({ required: false, minLength: 8, maxLength: 256, pattern: '^[!-9;-~]{8,256}$' })
  @MayBeLeftOut()
  @IsWriteKey()
  value?: string;

  /** When the key stops working, with time and zone. Null, the default, is never. */
  @ApiProperty({ required: false, type: String, nullable: true, format: 'date-time' })
  @IsOptional()
  @IsFutureTime()
  expiresAt?: string | null;
}

export class CreateWriteKeyDto extends IntersectionType(
  NewKeyDto,
  PartialType(KeyPolicyDto, { skipNullProperties: false }),
) {}

/** Fields that are left out keep their values. The key itself never changes: rotate it. */
export class UpdateWriteKeyDto extends PartialType(OmitType(CreateWriteKeyDto, ['value']), {
  skipNullProperties: false,
}) {}

export class RotateWriteKeyDto {
  /** The new key itself, like `value` when a write key is created. By default a random key is generated. */
  @ApiProperty({ required: false, minLength: 8, maxLength: 256, pattern: '^[!-9;-~]{8,256}$' })
  @MayBeLeftOut()
  @IsWriteKey()
  value?: string;

  /**
   * Hours for which the old key still works: 24 by default, 0 ends it at once.
   * @example 24
   */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(8760)
  overlapHours?: number;

  /** When the new key stops working, null for never. By default it is the time of the old key. */
  @ApiProperty({ required: false, type: String, nullable: true, format: 'date-time' })
  @IsOptional()
  @IsFutureTime()
  expiresAt?: string | null;
}
