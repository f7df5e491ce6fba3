import { PartialType } from '@nestjs/swagger';
import { IsBoolean, IsString, Length } from 'class-validator';
import { MayBeLeftOut, NoBlankEnds } from '../body-rules.js';

export class CreateSourceDto {
  /**
   * Name of the source, unique in the workspace.
   * @example Website
   */
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /**
   * Whether its calls are accepted. True when left out.
   * @example true
   */
  @MayBeLeftOut()
  @IsBoolean()
  enabled?: boolean;
}

/** A field that is left out keeps its value. */
export class UpdateSourceDto extends PartialType(CreateSourceDto, { skipNullProperties: false }) {}

export class SourceDto {
  /** @example src_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /**
   * Name of the source.
   * @example Website
   */
  name!: string;

  /**
   * Whether its calls are accepted. While it is false, all its write keys are refused.
   * @example true
   */
  enabled!: boolean;

  /**
   * When it was created.
   * @example 2026-11-21T15:04:05.000Z
   */
  createdAt!: Date;

  /**
   * When it was last changed.
   * @example 2026-11-21T15:04:05.000Z
   */
  updatedAt!: Date;

  /**
   * Increases with each change. In quotes, it is the entity tag for `If-Match`.
   * @example 1
   */
  version!: number;
}
