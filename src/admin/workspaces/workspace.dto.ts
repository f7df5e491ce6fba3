import { PartialType } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { NoBlankEnds } from '../body-rules.js';

export class CreateWorkspaceDto {
  /**
   * Name of the tenant; no two workspaces share one.
   * @example Acme
   */
  @IsString()
  @Length(1, 100)
  @NoBlankEnds()
  name!: string;

  /**
   * Most calls per second that all write keys of the workspace may make together, over all instances; null for no limit.
   * @example 1000
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  rateLimit?: number | null;
}

/** Fields that are left out stay as they are. */
export class UpdateWorkspaceDto extends PartialType(CreateWorkspaceDto, { skipNullProperties: false }) {}

export class WorkspaceDto {
  /** @example wsp_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example Acme */
  name!: string;

  /**
   * Most calls per second of all its write keys together; null for no limit.
   * @example 1000
   */
  rateLimit!: number | null;

  createdAt!: Date;

  updatedAt!: Date;

  /**
   * Grows with each change; the entity tag for `If-Match`, in quotes there.
   * @example 1
   */
  version!: number;
}
