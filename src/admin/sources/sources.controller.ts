import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { type RequestContext, Context } from '../access/request-context.js';
import { Conditional, Repeatable } from '../access/conditions.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Changes } from '../changes/changes.js';
import { PageQuery } from '../paging/page.dto.js';
import { ApiPage, type Page, pageOf } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import { CreateSourceDto, SourceDto, UpdateSourceDto } from './source.dto.js';
import { SOURCE, Sources } from './sources.js';

const UPDATE_EXAMPLES = {
  renamed: { summary: 'Rename it', value: { name: 'Web shop' } },
  off: { summary: 'Refuse its calls', value: { enabled: false } },
  on: { summary: 'Accept its calls again', value: { enabled: true } },
};

/** The senders of events. */
@AdminController('workspaces/:workspaceId/sources', 'Sources')
export class SourcesController {
  constructor(
    private readonly changes: Changes,
    private readonly sources: Sources,
    private readonly database: DataSource,
  ) {}

  /**
   * Create a source
   * @remarks A source is a sender of events: a website, an app or a service. Then create a write key for it, and connect it to
   * destinations.
   */
  @Post()
  @Needs('workspace-admin')
  @Repeatable()
  @Fails('not_found', 'duplicate', 'quota_exceeded')
  create(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Body() body: CreateSourceDto,
  ): Promise<SourceDto> {
    return this.changes.run(context, (change) => this.sources.create(change, workspaceId, body));
  }

  /**
   * List sources
   * @remarks In the order of their creation.
   */
  @Get()
  @Needs('workspace-viewer')
  @ApiPage(SourceDto)
  @Fails('not_found', 'invalid_request')
  list(@Param('workspaceId') workspaceId: string, @Query() query: PageQuery): Promise<Page<SourceDto>> {
    return pageOf(this.database.manager, SOURCE, { workspaceId }, query);
  }

  /** Read a source */
  @Get(':sourceId')
  @Needs('workspace-viewer')
  @Fails('not_found')
  async read(@Param('workspaceId') workspaceId: string, @Param('sourceId') id: string): Promise<SourceDto> {
    return SOURCE.view(await this.sources.find(this.database.manager, workspaceId, id));
  }

  /**
   * Change a source
   * @remarks A field that is left out keeps its value. When `enabled` becomes false, every instance refuses calls with the
   * source's write keys within two seconds.
   */
  @Patch(':sourceId')
  @Needs('workspace-admin')
  @Conditional()
  @ApiBody({ type: UpdateSourceDto, examples: UPDATE_EXAMPLES })
  @Fails('not_found', 'duplicate')
  update(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('sourceId') id: string,
    @Body() body: UpdateSourceDto,
  ): Promise<SourceDto> {
    return this.changes.run(context, (change) => this.sources.update(change, workspaceId, id, body));
  }

  /**
   * Delete a source
   * @remarks Its write keys are deleted with it, and stop working on every instance within two seconds. While connections use
   * the source, the answer lists them: delete those first.
   */
  @Delete(':sourceId')
  @HttpCode(204)
  @Needs('workspace-admin')
  @Conditional()
  @Fails('not_found', 'in_use')
  remove(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('sourceId') id: string,
  ): Promise<void> {
    return this.changes.run(context, (change) => this.sources.remove(change, workspaceId, id));
  }
}
