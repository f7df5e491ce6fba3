import { Body, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type RequestContext, Context } from '../access/request-context.js';
import { Repeatable } from '../access/conditions.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Changes } from '../changes/changes.js';
import { PageQuery } from '../paging/page.dto.js';
import { ApiPage, type Page, pageOf } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import { CreatedTokenDto, CreateWorkspaceTokenDto, TokenDto } from './token.dto.js';
import { TOKEN, Tokens, tokensOf } from './tokens.js';

/** Tokens of one workspace. */
@AdminController('workspaces/:workspaceId/tokens', 'Tokens')
export class WorkspaceTokensController {
  constructor(
    private readonly changes: Changes,
    private readonly tokens: Tokens,
    private readonly database: DataSource,
  ) {}

  /**
   * Create a token of a workspace
   * @remarks The token can access this workspace only. Only this answer shows the token itself, in `value`: it is stored
   * hashed. A token cannot be changed later; create another one instead.
   */
  @Post()
  @Needs('workspace-admin')
  @Repeatable()
  @Fails('not_found', 'quota_exceeded')
  create(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Body() body: CreateWorkspaceTokenDto,
  ): Promise<CreatedTokenDto> {
    return this.changes.run(context, (change) => this.tokens.create(change, workspaceId, body));
  }

  /**
   * List the tokens of a workspace
   * @remarks In the order of their creation. The list does not contain the tokens of instance admins, who can access every
   * workspace.
   */
  @Get()
  @Needs('workspace-admin')
  @ApiPage(TokenDto)
  @Fails('not_found', 'invalid_request')
  list(@Param('workspaceId') workspaceId: string, @Query() query: PageQuery): Promise<Page<TokenDto>> {
    return pageOf(this.database.manager, TOKEN, tokensOf(workspaceId), query);
  }

  /** Read a token of a workspace */
  @Get(':tokenId')
  @Needs('workspace-admin')
  @Fails('not_found')
  async read(@Param('workspaceId') workspaceId: string, @Param('tokenId') id: string): Promise<TokenDto> {
    return TOKEN.view(await this.tokens.find(this.database.manager, workspaceId, id));
  }

  /**
   * Delete a token of a workspace
   * @remarks The token stops working at once, on every instance. The audit log keeps its name and the changes made with it.
   */
  @Delete(':tokenId')
  @HttpCode(204)
  @Needs('workspace-admin')
  @Fails('not_found')
  remove(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('tokenId') id: string,
  ): Promise<void> {
    return this.changes.run(context, (change) => this.tokens.remove(change, workspaceId, id));
  }
}
