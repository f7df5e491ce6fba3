import { applyDecorators, type CustomDecorator, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import { type AdminRole } from '../../database/entities/admin-token.entity.js';
import { Fails } from '../problems/problem-docs.js';

/** Metadata key of the role that a route needs. */
export const NEEDED_ROLE = 'tributary:needed-role';

/** The smallest role that may call a route. Every route under `/admin` needs one; the guard and a test enforce it. */
export function Needs(role: AdminRole): MethodDecorator {
  const refusals = role === 'workspace-viewer' ? [] : [Fails('forbidden')];
  const needed: CustomDecorator = SetMetadata(NEEDED_ROLE, role);
  return applyDecorators(
    needed,
    ApiBearerAuth('adminToken'),
    Fails('unauthorized', 'too_many_requests', 'unavailable', 'query_timeout'),
    ...refusals,
  );
}
