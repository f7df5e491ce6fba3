import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, getSchemaPath } from '@nestjs/swagger';
import {
  type EntityManager,
  type EntityTarget,
  type FindOptionsOrder,
  type FindOptionsWhere,
  LessThan,
  MoreThan,
  type ObjectLiteral,
} from 'typeorm';
import { type PageQuery, Pagination } from './page.dto.js';

/** One page of a list. */
export interface Page<View> {
  readonly data: readonly View[];
  readonly pagination: Pagination;
}

interface Listed<Row extends ObjectLiteral, View> {
  readonly entity: EntityTarget<Row>;
  readonly view: (row: Row) => View;
}

/**
 * One page of rows in the order of their creation, or the newest first. Ids sort by time, so the cursor is the last id of the
 * page: rows that are added or deleted in between shift nothing. It is encoded, so that its form may change.
 */
export async function pageOf<Row extends ObjectLiteral & { id: string }, View>(
  manager: EntityManager,
  { entity, view }: Listed<Row, View>,
  where: FindOptionsWhere<Row>,
  { limit, cursor }: PageQuery,
  order: 'ASC' | 'DESC' = 'ASC',
): Promise<Page<View>> {
  const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString('utf8');
  const beyond = after === undefined ? {} : { id: order === 'ASC' ? MoreThan(after) : LessThan(after) };
  const rows = await manager.find(entity, {
    where: { ...where, ...beyond },
    order: { id: order } as FindOptionsOrder<Row>,
    take: limit + 1,
  });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? Buffer.from(last.id).toString('base64url') : null;
  return { data: shown.map(view), pagination: { next } };
}

/** Documents an answer that is a page of items. */
export function ApiPage(item: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(item, Pagination),
    ApiOkResponse({
      schema: {
        type: 'object',
        required: ['data', 'pagination'],
        properties: {
          data: { type: 'array', items: { $ref: getSchemaPath(item) } },
          pagination: { $ref: getSchemaPath(Pagination) },
        },
      },
    }),
  );
}
