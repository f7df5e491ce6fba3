import { ApiProperty } from '@nestjs/swagger';

export class AppliedResourceDto {
  /**
   * Kind of resource.
   * @example source
   */
  type!: string;

  /** @example src_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /**
   * Its name; of a connection, the names of its two ends.
   * @example Website
   */
  name!: string;
}

export class AppliedChangeDto {
  /**
   * What was or would be done: `create`, `update` or `delete`.
   * @example update
   */
  action!: string;

  /** What it was done to. */
  resource!: AppliedResourceDto;

  /**
   * As the API showed it before, without secrets, and with what goes with a destination (`discarded`); null when it was made.
   */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { id: 'src_0Uq3b2VtZ8kQ1x7mYd4HpR', name: 'Website', enabled: false, version: 1 },
  })
  before!: object | null;

  /** As it shows it afterwards; null when it was deleted. */
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: { id: 'src_0Uq3b2VtZ8kQ1x7mYd4HpR', name: 'Website', enabled: true, version: 2 },
  })
  after!: object | null;
}

export class AppliedDto {
  /**
   * Whether everything was taken back.
   * @example false
   */
  dryRun!: boolean;

  /** Each change, in the order they were made; none when the workspace was equal to the document. */
  changes!: AppliedChangeDto[];
}
