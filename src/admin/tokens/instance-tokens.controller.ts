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

/** Tokens of instance admins. */
@AdminController('tokens', 'Tokens')
export class InstanceTokensController {
  constructor(
    private readonly changes: Changes,
    private readonly tokens: Tokens,
    private readonly database: DataSource,
  ) {}

  /**
   * Create a token of an instance admin
   * @remarks The token has all permissions in every workspace. Only this answer shows the token itself, in `value`: it is
   * stored hashed. A token cannot be changed later; create another one instead.
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
   * @remarks In the order of their creation. The tokens of a workspace have a list of their own.
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
   * @remarks The token stops working at once, on every instance. The last working token of an instance admin cannot be deleted,
   * because no caller could create another one.
   */
  @Delete(':tokenId')
  @HttpCode(204)
  @Needs('instance-admin')
  @Fails('not_found', 'conflict')
  remove(@Context() context: RequestContext, @Param('tokenId') id: string): Promise<void> {
    return this.changes.run(context, (change) => this.tokens.remove(change, null, id));
  }
}
