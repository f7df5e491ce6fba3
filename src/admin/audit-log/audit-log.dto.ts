import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { IsDayOrTime } from '../body-rules.js';
import { PageQuery } from '../paging/page.dto.js';

/** Filters of the audit log. An entry must match all that are given. */
export class AuditLogQuery extends PageQuery {
  /**
   * Kind of resource, such as `source` or `write_key`.
   * @example source
   */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  resourceType?: string;

  /**
   * Id of the resource, which may be a deleted one.
   * @example src_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  resourceId?: string;

  /**
   * What was done: `create`, `update`, `delete`, or the name of another action, such as `rotate`.
   * @example update
   */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  action?: string;

  /**
   * Id of the caller's token.
   * @example tok_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  tokenId?: string;

  /**
   * Start of the period, inclusive: a date (midnight UTC) or a date with time and zone, ISO 8601.
   * @example 2026-11-01
   */
  @IsOptional()
  @IsDayOrTime()
  from?: string;

  /**
   * End of the period, exclusive, in the same form.
   * @example 2026-12-01T00:00:00Z
   */
  @IsOptional()
  @IsDayOrTime()
  to?: string;
}

export class InstanceAuditLogQuery extends AuditLogQuery {
  /**
   * Id of the workspace, which may be a deleted one.
   * @example wsp_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  workspaceId?: string;
}

export class AuditActorDto {
  /**
   * Id of the token.
   * @example tok_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  tokenId!: string;

  /**
   * Name of the token at that time.
   * @example Terraform
   */
  name!: string;

  /**
   * IP address of the caller; null when it is not known.
   * @example 203.0.113.7
   */
  address!: string | null;

  /**
   * `User-Agent` header, cut at 256 characters; null without one.
   * @example curl/8.5.0
   */
  userAgent!: string | null;
}

export class AuditResourceDto {
  /**
   * Kind of resource.
   * @example source
   */
  type!: string;

  /** @example src_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;
}

/** One change, and the caller who made it. */
export class AuditEntryDto {
  /** @example aud_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /**
   * When the change was made.
   * @example 2026-11-21T15:04:05.000Z
   */
  at!: Date;

  /** The caller. */
  actor!: AuditActorDto;

  /**
   * What was done: `create`, `update`, `delete`, or the name of another action, such as `rotate`, or `test` for a
   * test of a destination.
   * @example update
   */
  action!: string;

  /** The resource that was changed. */
  resource!: AuditResourceDto;

  /**
   * Workspace of the resource; null when it concerns the whole instance.
   * @example wsp_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  workspaceId!: string | null;

  /**
   * The resource as the API showed it before, without secrets; null when it was created. For a deleted destination,
   * `discarded` counts the `waiting` deliveries and the `deadLetters` that were deleted with it.
   */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { id: 'src_0Uq3b2VtZ8kQ1x7mYd4HpR', name: 'Web', enabled: true, version: 1 },
  })
  before!: object | null;

  /** The resource as the API showed it afterwards, without secrets; null when it was deleted. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { id: 'src_0Uq3b2VtZ8kQ1x7mYd4HpR', name: 'Website', enabled: true, version: 2 },
  })
  after!: object | null;
}
