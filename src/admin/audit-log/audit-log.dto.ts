import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { IsDayOrTime } from '../body-rules.js';
import { PageQuery } from '../paging/page.dto.js';

/** Which entries are wanted; all that is given must hold. */
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
   * Id of the resource, also of one that is gone.
   * @example src_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  resourceId?: string;

  /**
   * What was done: `create`, `update`, `delete`, or what a route of its own does, such as `rotate`.
   * @example update
   */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  action?: string;

  /**
   * Id of the token by which it was done.
   * @example tok_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @IsOptional()
  @IsString()
  @Length(1, 64)
  tokenId?: string;

  /**
   * First moment: a date (midnight UTC) or a date with time and zone, ISO 8601.
   * @example 2026-11-01
   */
  @IsOptional()
  @IsDayOrTime()
  from?: string;

  /**
   * The moment before which it was done, in the same form.
   * @example 2026-12-01T00:00:00Z
   */
  @IsOptional()
  @IsDayOrTime()
  to?: string;
}

export class InstanceAuditLogQuery extends AuditLogQuery {
  /**
   * Id of a workspace, also of one that is gone.
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
   * Name that the token had then.
   * @example Terraform
   */
  name!: string;

  /**
   * Address of the caller; null when it was not known.
   * @example 203.0.113.7
   */
  address!: string | null;

  /**
   * User-Agent header, cut at 256 characters; null without one.
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

/** One change that somebody made. */
export class AuditEntryDto {
  /** @example aud_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /**
   * When it was done.
   * @example 2026-11-21T15:04:05.000Z
   */
  at!: Date;

  /** Who did it and from where. */
  actor!: AuditActorDto;

  /**
   * What was done: `create`, `update`, `delete`, or what a route of its own does, such as `rotate`.
   * @example update
   */
  action!: string;

  /** What it was done to. */
  resource!: AuditResourceDto;

  /**
   * The workspace it was done in; null for what concerns the whole instance.
   * @example wsp_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  workspaceId!: string | null;

  /**
   * The resource as the API showed it before, without secrets; null when it was made. Of a destination that was deleted also what
   * went with it: `discarded`, the deliveries that were `waiting` and the `deadLetters`.
   */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { id: 'src_0Uq3b2VtZ8kQ1x7mYd4HpR', name: 'Web', enabled: true, version: 1 },
  })
  before!: object | null;

  /** As the API showed it afterwards; null when it was deleted. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { id: 'src_0Uq3b2VtZ8kQ1x7mYd4HpR', name: 'Website', enabled: true, version: 2 },
  })
  after!: object | null;
}
