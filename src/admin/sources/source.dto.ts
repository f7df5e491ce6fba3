import { PartialType } from '@nestjs/swagger';
import { IsBoolean, IsString, Length } from 'class-validator';
import { MayBeLeftOut, NoBlankEnds } from '../body-rules.js';

export class CreateSourceDto {
  /**
   * What sends; no two sources of a workspace share a name.
   * @example Website
   */
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /**
   * Whether its calls are accepted; true when left out.
   * @example true
   */
  @MayBeLeftOut()
  @IsBoolean()
  enabled?: boolean;
}

/** Fields that are left out stay as they are. */
export class UpdateSourceDto extends PartialType(CreateSourceDto, { skipNullProperties: false }) {}

export class SourceDto {
  /** @example src_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /**
   * What sends.
   * @example Website
   */
  name!: string;

  /**
   * Whether its calls are accepted; all its write keys are refused while it is false.
   * @example true
   */
  enabled!: boolean;

  /**
   * When it was made.
   * @example 2026-11-21T15:04:05.000Z
   */
  createdAt!: Date;

  /**
   * When it was changed last.
   * @example 2026-11-21T15:04:05.000Z
   */
  updatedAt!: Date;

  /**
   * Grows with each change; the entity tag for `If-Match`, in quotes there.
   * @example 1
   */
  version!: number;
}
