import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type RequestContext, Context } from '../access/request-context.js';
import { Conditional, Repeatable } from '../access/conditions.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Changes } from '../changes/changes.js';
import { ApiPage, type Page, pageOf } from '../paging/page.js';
import { PageQuery } from '../paging/page.dto.js';
import { Fails } from '../problems/problem-docs.js';
import { CreateWorkspaceDto, UpdateWorkspaceDto, WorkspaceDto } from './workspace.dto.js';
import { WORKSPACE, Workspaces } from './workspaces.js';

/** The tenants. */
@AdminController('workspaces', 'Workspaces')
export class WorkspacesController {
  constructor(
    private readonly changes: Changes,
    private readonly workspaces: Workspaces,
    private readonly database: DataSource,
  ) {}

  /**
   * Create a workspace
   * @remarks A workspace is a tenant. It owns sources, destinations and tokens, and cannot access those of another workspace.
   */
  @Post()
  @Needs('instance-admin')
  @Repeatable()
  @Fails('duplicate')
  create(@Context() context: RequestContext, @Body() body: CreateWorkspaceDto): Promise<WorkspaceDto> {
    return this.changes.run(context, (change) => this.workspaces.create(change, body));
  }

  /**
   * List workspaces
   * @remarks An instance admin sees all workspaces. Any other token sees its own workspace only.
   */
  @Get()
  @Needs('workspace-viewer')
  @ApiPage(WorkspaceDto)
  @Fails('invalid_request')
  list(@Context() { actor }: RequestContext, @Query() query: PageQuery): Promise<Page<WorkspaceDto>> {
    const where = actor.workspaceId === null ? {} : { id: actor.workspaceId };
    return pageOf(this.database.manager, WORKSPACE, where, query);
  }

  /** Read a workspace */
  @Get(':workspaceId')
  @Needs('workspace-viewer')
  @Fails('not_found')
  async read(@Param('workspaceId') id: string): Promise<WorkspaceDto> {
    return WORKSPACE.view(await this.workspaces.find(this.database.manager, id));
  }

  /**
   * Change a workspace
   * @remarks A field that is left out keeps its value. Only an instance admin can change the rate limit.
   */
  @Patch(':workspaceId')
  @Needs('workspace-admin')
  @Conditional()
  @Fails('not_found', 'duplicate')
  update(
    @Context() context: RequestContext,
    @Param('workspaceId') id: string,
    @Body() body: UpdateWorkspaceDto,
  ): Promise<WorkspaceDto> {
    return this.changes.run(context, (change) => this.workspaces.update(change, id, body));
  }

  /**
   * Delete a workspace
   * @remarks The workspace must be empty: while it has sources or destinations, the answer lists them. Its tokens are deleted
   * with it.
   */
  @Delete(':workspaceId')
  @HttpCode(204)
  @Needs('instance-admin')
  @Conditional()
  @Fails('not_found', 'in_use')
  remove(@Context() context: RequestContext, @Param('workspaceId') id: string): Promise<void> {
    return this.changes.run(context, (change) => this.workspaces.remove(change, id));
  }
}
