import { ApiProperty } from '@nestjs/swagger';
import { type ExceededQuota, type ProblemPart, PROBLEMS, type ProblemCode, type Usage } from './problem.js';

export class FaultDto implements ProblemPart {
  /**
   * JSON pointer (RFC 6901) to the wrong field of the body.
   * @example /name
   */
  pointer?: string;

  /** Name of the wrong query parameter or header. */
  parameter?: string;

  /**
   * What is wrong, and what is expected.
   * @example 'name must be a string'
   */
  detail!: string;
}

export class UsedByDto implements Usage {
  /**
   * Kind of resource.
   * @example connection
   */
  type!: string;

  /** @example con_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** Name of the resource, when it has one. */
  name?: string;
}

export class ExceededQuotaDto implements ExceededQuota {
  /**
   * Name of the quota.
   * @example sources
   */
  name!: string;

  /**
   * How many the workspace may have.
   * @example 1000
   */
  limit!: number;

  /**
   * How many the workspace has.
   * @example 1000
   */
  used!: number;

  /**
   * How many the workspace would have.
   * @example 1001
   */
  needed!: number;
}

/** An error of the administration, as `application/problem+json` (RFC 9457). */
export class ProblemDto {
  /**
   * Kind of problem, as a URN.
   * @example urn:tributary:problem:not_found
   */
  type!: string;

  /**
   * Title of this kind of problem.
   * @example 'Not found'
   */
  title!: string;

  /**
   * The HTTP status.
   * @example 404
   */
  status!: number;

  /** Kind of problem, for programs. */
  @ApiProperty({ enum: Object.keys(PROBLEMS), example: 'not_found' })
  code!: ProblemCode;

  /**
   * What happened, and what to do.
   * @example 'There is no source src_0Uq3b2VtZ8kQ1x7mYd4HpR'
   */
  detail!: string;

  /** Each fault of the request, with its location. */
  errors?: FaultDto[];

  /** Resources that use the one you tried to delete. At most 20. */
  usedBy?: UsedByDto[];

  /** Quotas of the workspace that the request would exceed. */
  quotas?: ExceededQuotaDto[];
}
