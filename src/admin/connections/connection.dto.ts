import { ApiProperty, PickType } from '@nestjs/swagger';
import { IsObject, IsOptional, IsString } from 'class-validator';
import { ConnectionFilter } from '../../destinations/filter/connection-filter.dto.js';
import { PageQuery } from '../paging/page.dto.js';

const FILTER = { type: ConnectionFilter, example: { types: ['track'], events: ['Order *'] } };

export class CreateConnectionDto {
  /**
   * Source of the events. It must be in the same workspace.
   * @example src_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @IsString()
  sourceId!: string;

  /**
   * Destination of the events. It must be in the same workspace.
   * @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  @IsString()
  destinationId!: string;

  /** Which events pass. Null or left out: all. */
  @ApiProperty({ required: false, ...FILTER })
  @IsOptional()
  @IsObject()
  filter?: ConnectionFilter | null;
}

/** Source and destination of a connection never change: create another connection instead. */
export class UpdateConnectionDto extends PickType(CreateConnectionDto, ['filter'] as const) {}

export class ConnectionDto {
  /** @example con_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example src_0Uq3b2VtZ8kQ1x7mYd4HpR */
  sourceId!: string;

  /** @example dst_0Uq3b2VtZ8kQ1x7mYd4HpR */
  destinationId!: string;

  /** Which events pass. Null: all. */
  @ApiProperty(FILTER)
  filter!: ConnectionFilter | null;

  createdAt!: Date;

  updatedAt!: Date;

  /**
   * Increases with each change. In quotes, it is the entity tag for `If-Match`.
   * @example 1
   */
  version!: number;
}

export class ConnectionQuery extends PageQuery {
  /** Only connections of this source. */
  @IsOptional()
  @IsString()
  sourceId?: string;

  /** Only connections to this destination. */
  @IsOptional()
  @IsString()
  destinationId?: string;
}
