import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { MAX_QUOTA, MIN_AUDIT_ENTRIES } from '../../config/quotas.js';
import { type QuotaName } from '../../database/entities/workspace.entity.js';

/** A number, or null for the default. */
const QuotaOrNull = (minimum = 0): PropertyDecorator =>
  applyDecorators(
    ApiProperty({ required: false, nullable: true, type: 'integer', minimum, maximum: MAX_QUOTA }),
    IsOptional(),
    IsInt(),
    Min(minimum),
    Max(MAX_QUOTA),
  );

/** Quotas to set. One that is left out stays as it is; null sets it back to the default of the instance. */
export class UpdateQuotasDto implements Partial<Record<QuotaName, number | null>> {
  /** Most sources. */
  @QuotaOrNull()
  sources?: number | null;

  /** Most write keys of all sources together, revoked and expired ones too. */
  @QuotaOrNull()
  writeKeys?: number | null;

  /** Most admin tokens, expired ones too. */
  @QuotaOrNull()
  tokens?: number | null;

  /** Most destinations. */
  @QuotaOrNull()
  destinations?: number | null;

  /** Most connections. */
  @QuotaOrNull()
  connections?: number | null;

  /** Most deliveries that wait for a retry, of all destinations together. */
  @QuotaOrNull()
  waitingDeliveries?: number | null;

  /** Most dead letters that can be read and redelivered, of all destinations together. */
  @QuotaOrNull()
  deadLetters?: number | null;

  /** Most entries of the audit log. Beyond it, the oldest ones are deleted. */
  @QuotaOrNull(MIN_AUDIT_ENTRIES)
  auditEntries?: number | null;

  /** Most entries that one apply may have, and most that it may delete. At most `APPLY_MAX_ENTRIES`. */
  @QuotaOrNull()
  applyEntries?: number | null;
}

/** A quota and its present use. */
export class QuotaDto {
  /**
   * How many the workspace may have. 0 for none.
   * @example 1000
   */
  limit!: number;

  /**
   * Whether the limit is the default of the instance. False when it was set for this workspace.
   * @example true
   */
  isDefault!: boolean;

  /**
   * How many the workspace has. It may be more than the limit, when the limit was lowered later. Null for `applyEntries`, which
   * bounds a single request.
   * @example 12
   */
  @ApiProperty({ type: 'integer', nullable: true })
  used!: number | null;

  /**
   * Whether counting stopped at `used`, so that the workspace has as many or more.
   * @example false
   */
  isLowerBound!: boolean;
}

export class QuotaSetDto implements Record<QuotaName, QuotaDto> {
  /** Most sources. */
  sources!: QuotaDto;

  /** Most write keys of all sources together, revoked and expired ones too. */
  writeKeys!: QuotaDto;

  /** Most admin tokens, expired ones too. */
  tokens!: QuotaDto;

  /** Most destinations. */
  destinations!: QuotaDto;

  /** Most connections. */
  connections!: QuotaDto;

  /** Most deliveries that wait for a retry, of all destinations together. */
  waitingDeliveries!: QuotaDto;

  /** Most dead letters that can be read and redelivered, of all destinations together. */
  deadLetters!: QuotaDto;

  /** Most entries of the audit log. Beyond it, the oldest ones are deleted. */
  auditEntries!: QuotaDto;

  /** Most entries that one apply may have, and most that it may delete. At most `APPLY_MAX_ENTRIES`. */
  applyEntries!: QuotaDto;
}

/** What a workspace may have, and what it has. */
export class QuotasDto {
  /** @example wsp_0Uq3b2VtZ8kQ1x7mYd4HpR */
  workspaceId!: string;

  /** Each quota by its name. */
  quotas!: QuotaSetDto;

  /**
   * When a quota of this workspace was last set; null when none ever was.
   * @example 2026-11-21T15:04:05.000Z
   */
  updatedAt!: Date | null;

  /**
   * Increases with each change. In quotes, it is the entity tag for `If-Match`.
   * @example 1
   */
  version!: number;
}
