import { ApiProperty, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsArray, IsObject, IsOptional, IsString, Length, Matches, ValidateNested } from 'class-validator';
import { IsTime, MayBeLeftOut } from '../../body-rules.js';
import { CreateSourceDto } from '../../sources/source.dto.js';
import { IsWriteKey } from '../../write-keys/write-key-rules.js';
import { CreateWriteKeyDto } from '../../write-keys/write-key.dto.js';
import { IsId } from './document-rules.js';

export class WriteKeyEntryDto extends OmitType(CreateWriteKeyDto, ['value', 'expiresAt'] as const) {
  /**
   * Id for a key that is created; a key of the source with this id is changed instead.
   * @example wkey_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @MayBeLeftOut()
  @IsId('wkey')
  id?: string;

  /**
   * SHA-256 of the key, so that a document restores a key without containing it. A hash other than the stored one replaces
   * the key.
   * @example sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b
   */
  @MayBeLeftOut()
  @Matches(/^sha256:[0-9a-f]{64}$/, {
    message: '$property must be sha256: followed by 64 lower-case hex digits',
  })
  hash?: string;

  /**
   * First characters of the key, by which people tell keys apart; only with `hash`.
   * @example Kq3vZ8xT
   */
  @MayBeLeftOut()
  @IsString()
  @Length(0, 8)
  prefix?: string;

  /** The key itself instead of its hash, to import a key that your apps have already; never exported. */
  @ApiProperty({
    required: false,
    writeOnly: true,
    minLength: 8,
    maxLength: 256,
    pattern: '^[!-9;-~]{8,256}$',
  })
  @MayBeLeftOut()
  @IsWriteKey()
  value?: string;

  /** When the key stops working, or stopped, with time and zone. Null, the default, is never. */
  @ApiProperty({ required: false, type: String, nullable: true, format: 'date-time', example: null })
  @IsOptional()
  @IsTime()
  expiresAt?: string | null;
}

export class SourceEntryDto extends CreateSourceDto {
  /**
   * Id for a source that is created; a source of the workspace with this id is changed instead, also under another name.
   * @example src_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @MayBeLeftOut()
  @IsId('src')
  id?: string;

  /** All keys of the source that are not revoked. Without the list, the keys stay as they are. */
  @MayBeLeftOut()
  @IsArray()
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => WriteKeyEntryDto)
  writeKeys?: WriteKeyEntryDto[];
}
