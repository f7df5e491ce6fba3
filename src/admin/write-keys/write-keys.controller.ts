import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { DataSource, type FindOptionsWhere, Raw } from 'typeorm';
import { type WriteKey } from '../../database/entities/write-key.entity.js';
import { Context, type RequestContext } from '../access/request-context.js';
import { Conditional, Repeatable } from '../access/conditions.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Changes } from '../changes/changes.js';
import { ApiPage, type Page, pageOf } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import { Sources } from '../sources/sources.js';
import { allWithLastUse, withLastUse } from './last-use.js';
import { CreatedWriteKeyDto, WriteKeyDto } from '../credentials/write-key-answer.dto.js';
import { WRITE_KEY_CREATE_EXAMPLES, WRITE_KEY_UPDATE_EXAMPLES } from './write-key-examples.js';
import { WriteKeyQuery } from './write-key-query.dto.js';
import { CreateWriteKeyDto, UpdateWriteKeyDto } from './write-key.dto.js';
import { WRITE_KEY } from '../credentials/write-key-view.js';
import { WriteKeys } from './write-keys.js';

/** Write keys, with which sources send. */
@AdminController('workspaces/:workspaceId/sources/:sourceId/write-keys', 'Write keys')
export class WriteKeysController {
  constructor(
    private readonly changes: Changes,
    private readonly sources: Sources,
    private readonly keys: WriteKeys,
    private readonly database: DataSource,
  ) {}

  /**
   * Create a write key
   * @remarks Only this answer shows the key itself, in `value`: it is stored hashed. Every instance accepts it within two seconds.
   * A source may have several keys, for example one for each app, so that one can be revoked without the others.
   */
  @Post()
  @Needs('workspace-admin')
  @Repeatable()
  @ApiBody({ type: CreateWriteKeyDto, examples: WRITE_KEY_CREATE_EXAMPLES })
  @Fails('not_found', 'duplicate', 'quota_exceeded')
  create(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('sourceId') sourceId: string,
    @Body() body: CreateWriteKeyDto,
  ): Promise<CreatedWriteKeyDto> {
    return this.changes.run(context, (change) => this.keys.create(change, { workspaceId, sourceId }, body));
  }

  /**
   * List write keys
   * @remarks All keys of the source, with revoked and expired ones, in the order of their creation.
   */
  @Get()
  @Needs('workspace-viewer')
  @ApiPage(WriteKeyDto)
  @Fails('not_found', 'invalid_request')
  async list(
    @Param('workspaceId') workspaceId: string,
    @Param('sourceId') sourceId: string,
    @Query() query: WriteKeyQuery,
  ): Promise<Page<WriteKeyDto>> {
    const { manager } = this.database;
    await this.sources.find(manager, workspaceId, sourceId);
    const { prefix } = query;
    const where: FindOptionsWhere<WriteKey> = {
      sourceId,
      ...(prefix !== undefined && { prefix: Raw((column) => `starts_with(${column}, :prefix)`, { prefix }) }),
    };
    const { data, pagination } = await pageOf(manager, WRITE_KEY, where, query);
    return { data: await allWithLastUse(manager, data), pagination };
  }

  /** Read a write key */
  @Get(':writeKeyId')
  @Needs('workspace-viewer')
  @Fails('not_found')
  async read(
    @Param('workspaceId') workspaceId: string,
    @Param('sourceId') sourceId: string,
    @Param('writeKeyId') id: string,
  ): Promise<WriteKeyDto> {
    const { manager } = this.database;
    const row = await this.keys.find(manager, { workspaceId, sourceId }, id);
    return withLastUse(manager, WRITE_KEY.view(row));
  }

  /**
   * Change a write key
   * @remarks Fields that are left out keep their values. Every instance applies the change within two seconds. An expired key
   * works again with a later `expiresAt`; a revoked key cannot be changed.
   */
  @Patch(':writeKeyId')
  @Needs('workspace-admin')
  @Conditional()
  @ApiBody({ type: UpdateWriteKeyDto, examples: WRITE_KEY_UPDATE_EXAMPLES })
  @Fails('not_found', 'duplicate', 'conflict')
  update(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('sourceId') sourceId: string,
    @Param('writeKeyId') id: string,
    @Body() body: UpdateWriteKeyDto,
  ): Promise<WriteKeyDto> {
    return this.changes.run(context, async (change) => {
      const key = await this.keys.update(change, { workspaceId, sourceId }, id, body);
      return withLastUse(change.manager, key);
    });
  }

  /**
   * Delete a write key
   * @remarks Deletes the key and its usage counts for good. A live key stops working within two seconds. Revoke it instead if you
   * want to see whether it is still used.
   */
  @Delete(':writeKeyId')
  @HttpCode(204)
  @Needs('workspace-admin')
  @Conditional()
  @Fails('not_found')
  remove(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('sourceId') sourceId: string,
    @Param('writeKeyId') id: string,
  ): Promise<void> {
    return this.changes.run(context, (change) => this.keys.remove(change, { workspaceId, sourceId }, id));
  }
}
