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
import { CreatedTokenDto, CreateInstanceTokenDto, TokenDto } from './token.dto.js';
import { TOKEN, Tokens, tokensOf } from './tokens.js';

/** Who may administer everything. */
@AdminController('tokens', 'Tokens')
export class InstanceTokensController {
  constructor(
    private readonly changes: Changes,
    private readonly tokens: Tokens,
    private readonly database: DataSource,
  ) {}

  /**
   * Make a token of an instance admin
   * @remarks It may do everything in every workspace. The answer shows the token itself, in `value`, this once: it is stored
   * hashed. It cannot be changed later; make another one instead.
   */
  @Post()
  @Needs('instance-admin')
  @Repeatable()
  create(
    @Context() context: RequestContext,
    @Body() { name, expiresAt }: CreateInstanceTokenDto,
  ): Promise<CreatedTokenDto> {
    const token = { name, expiresAt, role: 'instance-admin' } as const;
    return this.changes.run(context, (change) => this.tokens.create(change, null, token));
  }

  /**
   * List the tokens of instance admins
   * @remarks In the order they were made. Those of a workspace are listed there.
   */
  @Get()
  @Needs('instance-admin')
  @ApiPage(TokenDto)
  @Fails('invalid_request')
  list(@Query() query: PageQuery): Promise<Page<TokenDto>> {
    return pageOf(this.database.manager, TOKEN, tokensOf(null), query);
  }

  /** Read a token of an instance admin */
  @Get(':tokenId')
  @Needs('instance-admin')
  @Fails('not_found')
  async read(@Param('tokenId') id: string): Promise<TokenDto> {
    return TOKEN.view(await this.tokens.find(this.database.manager, null, id));
  }

  /**
   * Delete a token of an instance admin
   * @remarks It stops working at once, on every instance. The last one that works is kept: nobody could make another one.
   */
  @Delete(':tokenId')
  @HttpCode(204)
  @Needs('instance-admin')
  @Fails('not_found', 'conflict')
  remove(@Context() context: RequestContext, @Param('tokenId') id: string): Promise<void> {
    return this.changes.run(context, (change) => this.tokens.remove(change, null, id));
  }
}
