import { ApiProperty } from '@nestjs/swagger';
import { type ProblemPart, PROBLEMS, type ProblemCode, type Usage } from './problem.js';

export class FaultDto implements ProblemPart {
  /**
   * JSON pointer (RFC 6901) to the wrong field of the body.
   * @example /name
   */
  pointer?: string;

  /** Name of the wrong parameter of the query. */
  parameter?: string;

  /**
   * What is wrong and what is expected.
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

  /** Its name, when it has one. */
  name?: string;
}

/** Every error of the administration, as `application/problem+json` (RFC 9457). */
export class ProblemDto {
  /**
   * Identifies the kind of problem.
   * @example urn:tributary:problem:not_found
   */
  type!: string;

  /**
   * What this kind of problem is called.
   * @example 'There is no such thing'
   */
  title!: string;

  /**
   * The HTTP status.
   * @example 404
   */
  status!: number;

  /** The same as `type`, short. */
  @ApiProperty({ enum: Object.keys(PROBLEMS), example: 'not_found' })
  code!: ProblemCode;

  /**
   * What happened this time and what to do.
   * @example 'There is no source src_0Uq3b2VtZ8kQ1x7mYd4HpR'
   */
  detail!: string;

  /** Each fault of the request, with its place. */
  errors?: FaultDto[];

  /** What uses the resource that was to be deleted. */
  usedBy?: UsedByDto[];
}
