import { Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type RequestContext, Context } from '../access/request-context.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Workspaces } from '../workspaces/workspaces.js';
import { MeDto } from './me.dto.js';

/** The token of the request. */
@AdminController('me', 'Me')
export class MeController {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly database: DataSource,
  ) {}

  /**
   * Read your own token
   * @remarks The role of the token that you send, its workspace and its expiry. Use this to try out a token.
   */
  @Get()
  @Needs('workspace-viewer')
  async read(@Context() { actor }: RequestContext): Promise<MeDto> {
    const { tokenId, tokenName, role, workspaceId, expiresAt } = actor;
    const workspace =
      workspaceId === null ? null : await this.workspaces.find(this.database.manager, workspaceId);
    return {
      id: tokenId,
      name: tokenName,
      role,
      workspace: workspace && { id: workspace.id, name: workspace.name },
      expiresAt,
    };
  }
}
