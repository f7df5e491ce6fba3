import { Body, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { type RequestContext, Context } from '../access/request-context.js';
import { Conditional, Repeatable } from '../access/conditions.js';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Changes } from '../changes/changes.js';
import { ApiPage, type Page, pageOf } from '../paging/page.js';
import { Fails } from '../problems/problem-docs.js';
import {
  ConnectionDto,
  ConnectionQuery,
  CreateConnectionDto,
  UpdateConnectionDto,
} from './connection.dto.js';
import { CONNECTION, Connections, connectionsOf } from './connections.js';

/** Example bodies. The ids are placeholders for those of earlier answers. */
const ENDS = { sourceId: 'PASTE_SOURCE_ID', destinationId: 'PASTE_DESTINATION_ID' };

const CREATE_EXAMPLES = {
  everything: { summary: 'Every event of the source', value: ENDS },
  byName: {
    summary: 'Track calls whose event name begins with Order',
    value: { ...ENDS, filter: { types: ['track'], events: ['Order *'] } },
  },
  byProperty: {
    summary: 'Events of users with a paid plan',
    value: {
      ...ENDS,
      filter: { properties: [{ pointer: '/properties/plan', operator: 'in', value: ['pro', 'team'] }] },
    },
  },
};

const UPDATE_EXAMPLES = {
  filter: { summary: 'Replace the filter', value: { filter: { types: ['track'], events: ['Order *'] } } },
  everything: { summary: 'Remove the filter, so that every event passes', value: { filter: null } },
};

/** Which destination receives the events of which source. */
@AdminController('workspaces/:workspaceId/connections', 'Connections')
export class ConnectionsController {
  constructor(
    private readonly changes: Changes,
    private readonly connections: Connections,
    private readonly database: DataSource,
  ) {}

  /**
   * Connect a source to a destination
   * @remarks Within two seconds, the destination starts to receive the source's new events that pass the filter. An event that
   * the filter stops is counted as filtered and is never delivered later.
   */
  @Post()
  @Needs('workspace-admin')
  @Repeatable()
  @ApiBody({ type: CreateConnectionDto, examples: CREATE_EXAMPLES })
  @Fails('not_found', 'duplicate', 'quota_exceeded')
  create(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Body() body: CreateConnectionDto,
  ): Promise<ConnectionDto> {
    return this.changes.run(context, (change) => this.connections.create(change, workspaceId, body));
  }

  /** List connections */
  @Get()
  @Needs('workspace-viewer')
  @ApiPage(ConnectionDto)
  @Fails('not_found', 'invalid_request')
  list(
    @Param('workspaceId') workspaceId: string,
    @Query() query: ConnectionQuery,
  ): Promise<Page<ConnectionDto>> {
    return pageOf(this.database.manager, CONNECTION, connectionsOf(workspaceId, query), query);
  }

  /** Read a connection */
  @Get(':connectionId')
  @Needs('workspace-viewer')
  @Fails('not_found')
  async read(
    @Param('workspaceId') workspaceId: string,
    @Param('connectionId') id: string,
  ): Promise<ConnectionDto> {
    return CONNECTION.view(await this.connections.find(this.database.manager, workspaceId, id));
  }

  /**
   * Change the filter of a connection
   * @remarks The new filter replaces the old one as a whole. Null lets every event pass.
   */
  @Patch(':connectionId')
  @Needs('workspace-admin')
  @Conditional()
  @ApiBody({ type: UpdateConnectionDto, examples: UPDATE_EXAMPLES })
  @Fails('not_found')
  update(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('connectionId') id: string,
    @Body() body: UpdateConnectionDto,
  ): Promise<ConnectionDto> {
    return this.changes.run(context, (change) => this.connections.update(change, workspaceId, id, body));
  }

  /**
   * Delete a connection
   * @remarks The destination receives no more events of the source. Deliveries that wait for a retry are still attempted.
   */
  @Delete(':connectionId')
  @HttpCode(204)
  @Needs('workspace-admin')
  @Conditional()
  @Fails('not_found')
  remove(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('connectionId') id: string,
  ): Promise<void> {
    return this.changes.run(context, (change) => this.connections.remove(change, workspaceId, id));
  }
}
