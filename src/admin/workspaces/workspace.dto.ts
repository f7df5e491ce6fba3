import { PartialType } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { NoBlankEnds } from '../body-rules.js';

export class CreateWorkspaceDto {
  /**
   * Name of the tenant, unique on the instance.
   * @example Acme
   */
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /**
   * Most calls per second of all write keys of the workspace together, over all instances. Null for no limit.
   * @example 1000
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  rateLimit?: number | null;
}

/** A field that is left out keeps its value. */
export class UpdateWorkspaceDto extends PartialType(CreateWorkspaceDto, { skipNullProperties: false }) {}

export class WorkspaceDto {
  /** @example wsp_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example Acme */
  name!: string;

  /**
   * Most calls per second of all its write keys together. Null for no limit.
   * @example 1000
   */
  rateLimit!: number | null;

  createdAt!: Date;

  updatedAt!: Date;

  /**
   * Increases with each change. In quotes, it is the entity tag for `If-Match`.
   * @example 1
   */
  version!: number;
}
