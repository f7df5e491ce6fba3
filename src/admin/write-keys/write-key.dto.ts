import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';
import { WRITE_KEY_SCOPES, type WriteKeyScope } from '../../database/entities/write-key.entity.js';
import { IsFutureTime, MayBeLeftOut, NoBlankEnds } from '../body-rules.js';
import { AreNetworks, AreOrigins, IsWriteKey } from './write-key-rules.js';

export class CreateWriteKeyDto {
  /**
   * For people; no two write keys of a source share one, but for revoked ones.
   * @example Production
   */
  @ApiProperty()
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /**
   * The key itself, for people who move here with keys in their apps: 8 to 256 visible ASCII characters without a colon. When
   * it is left out, a random one is made, which is better.
   */
  @ApiProperty({ required: false, minLength: 8, maxLength: 256, pattern: '^[!-9;-~]{8,256}$' })
  @MayBeLeftOut()
  @IsWriteKey()
  value?: string;

  /** When it stops working, with time and zone; null or left out: never. */
  @ApiProperty({ required: false, type: String, nullable: true, format: 'date-time' })
  @IsOptional()
  @IsFutureTime()
  expiresAt?: string | null;

  /**
   * Who may use it: `server` is servers and apps, `browser` is web pages, `pixel` is images in pages and mails. All when left
   * out.
   * @example ["browser"]
   */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMinSize(1)
  @IsIn(WRITE_KEY_SCOPES, {
    each: true,
    message: `Each of $property must be one of ${WRITE_KEY_SCOPES.join(', ')}`,
  })
  scopes?: WriteKeyScope[];

  /**
   * Web pages that may use it, by their origin; `https://*.example.com` stands for every subdomain, not for the domain itself.
   * Any when empty. Kept in lower case.
   * @example ["https://www.example.com", "https://*.example.com"]
   */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(50)
  @AreOrigins()
  allowedOrigins?: string[];

  /**
   * Networks that may use it; any when empty. Kept as networks: `10.1.2.3/8` becomes `10.0.0.0/8`.
   * @example ["203.0.113.0/24"]
   */
  @MayBeLeftOut()
  @IsArray()
  @ArrayMaxSize(50)
  @AreNetworks()
  allowedCidrs?: string[];

  /**
   * Most calls per second, over all instances; null or left out for no limit of its own.
   * @example 100
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  rateLimit?: number | null;
}

/** Fields that are left out stay as they are. The key itself never changes: rotate it. */
export class UpdateWriteKeyDto extends PartialType(OmitType(CreateWriteKeyDto, ['value']), {
  skipNullProperties: false,
}) {}

export class RotateWriteKeyDto {
  /** The new key itself, like `value` of a new write key; a random one is made when it is left out. */
  @ApiProperty({ required: false, minLength: 8, maxLength: 256, pattern: '^[!-9;-~]{8,256}$' })
  @MayBeLeftOut()
  @IsWriteKey()
  value?: string;

  /**
   * For how many hours the old key goes on working; 0 ends it at once, 24 when left out.
   * @example 24
   */
  @MayBeLeftOut()
  @IsInt()
  @Min(0)
  @Max(8760)
  overlapHours?: number;

  /** When the new key stops working, null for never; like the old one when left out. */
  @ApiProperty({ required: false, type: String, nullable: true, format: 'date-time' })
  @IsOptional()
  @IsFutureTime()
  expiresAt?: string | null;
}
