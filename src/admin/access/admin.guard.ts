import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { type AdminRole } from '../../database/entities/admin-token.entity.js';
import { Workspace } from '../../database/entities/workspace.entity.js';
import { notFound, Problem } from '../problems/problem.js';
import { type AdminRequest, includes, reaches } from './actor.js';
import { NEEDED_ROLE } from './needs.js';

/**
 * Checks a request whose caller `CheckToken` has identified, in this order: a workspace that the token cannot access is 404 (so
 * that callers cannot probe for workspaces), a role that is too small is 403, an unreadable body is 400. A route without a
 * role throws, and so does a request without a caller.
 */
@Injectable()
export class AdminGuard implements CanActivate {
  constructor(
    private readonly database: DataSource,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const needed = this.reflector.get<AdminRole | undefined>(NEEDED_ROLE, context.getHandler());
    if (needed === undefined) throw new Error(`${context.getHandler().name} names no role`);
    const request = context.switchToHttp().getRequest<AdminRequest>();
    const { actor } = request;
    if (actor === undefined) throw new Error(`${request.path} is outside the paths whose tokens are checked`);
    if (Object.values(request.params).some((given) => given.includes('\0')))
      throw new Problem('not_found', 'There is nothing at this path');
    const workspaceId = request.params['workspaceId'];
    if (typeof workspaceId === 'string') {
      const isVisible = reaches(actor, workspaceId) && (await this.workspaceExists(workspaceId));
      if (!isVisible) throw notFound('workspace', workspaceId);
    }
    if (!includes(actor.role, needed)) {
      throw new Problem('forbidden', `This needs a token with the role ${needed}; yours has ${actor.role}`);
    }
    if (request.bodyFault) throw request.bodyFault;
    return true;
  }

  private workspaceExists(id: string): Promise<boolean> {
    return this.database.manager.existsBy(Workspace, { id });
  }
}
