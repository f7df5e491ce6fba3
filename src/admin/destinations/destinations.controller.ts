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
import { CreateDestinationDto, DestinationDto, UpdateDestinationDto } from './destination.dto.js';
import { DESTINATION_CREATE_EXAMPLES, DESTINATION_UPDATE_EXAMPLES } from './destination-examples.js';
import { DeleteDestinationQuery, DestinationQuery } from './destination.query.dto.js';
import { DestinationSettings } from './destination-settings.js';
import { Destinations } from './destinations.js';

/** The receivers of a workspace's events. */
@AdminController('workspaces/:workspaceId/destinations', 'Destinations')
export class DestinationsController {
  constructor(
    private readonly changes: Changes,
    private readonly destinations: Destinations,
    private readonly settings: DestinationSettings,
    private readonly database: DataSource,
  ) {}

  /**
   * Create a destination
   * @remarks It receives no events until a connection leads to it. An address inside a private network is refused, here and at
   * every call, unless the operator has allowed the network.
   */
  @Post()
  @Needs('workspace-admin')
  @Repeatable()
  @ApiBody({ type: CreateDestinationDto, examples: DESTINATION_CREATE_EXAMPLES })
  @Fails('not_found', 'duplicate', 'conflict', 'quota_exceeded', 'type_not_allowed')
  async create(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Body() { settings: given, ...values }: CreateDestinationDto,
  ): Promise<DestinationDto> {
    const settings = await this.settings.check(values.type, given);
    return this.changes.run(context, (change) =>
      this.destinations.create(change, workspaceId, { ...values, settings }),
    );
  }

  /** List destinations */
  @Get()
  @Needs('workspace-viewer')
  @ApiPage(DestinationDto)
  @Fails('not_found', 'invalid_request')
  list(
    @Param('workspaceId') workspaceId: string,
    @Query() query: DestinationQuery,
  ): Promise<Page<DestinationDto>> {
    const { type } = query;
    const where = { workspaceId, ...(type !== undefined && { type }) };
    return pageOf(this.database.manager, this.destinations.kind, where, query);
  }

  /** Read a destination */
  @Get(':destinationId')
  @Needs('workspace-viewer')
  @Fails('not_found')
  async read(
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') id: string,
  ): Promise<DestinationDto> {
    const { kind } = this.destinations;
    return kind.view(await this.destinations.find(this.database.manager, workspaceId, id));
  }

  /**
   * Change a destination
   * @remarks A field or setting that is left out keeps its value, secret settings too. If the destination would call another
   * address (host, port or scheme), send each stored secret again, or null: `secrets_required` lists those that are missing. A
   * change takes effect within two seconds. New settings end a pause for refused credentials. A pause by an administrator lasts
   * until the destination is resumed.
   */
  @Patch(':destinationId')
  @Needs('workspace-admin')
  @Conditional()
  @ApiBody({ type: UpdateDestinationDto, examples: DESTINATION_UPDATE_EXAMPLES })
  @Fails('not_found', 'duplicate', 'conflict', 'secrets_required')
  async update(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') id: string,
    @Body() { settings: given, ...values }: UpdateDestinationDto,
  ): Promise<DestinationDto> {
    const row = await this.destinations.find(this.database.manager, workspaceId, id);
    const settings = given && (await this.settings.checkChange(row, given));
    return this.changes.run(context, (change) =>
      this.destinations.update(change, workspaceId, id, { ...values, ...(settings && { settings }) }),
    );
  }

  /**
   * Delete a destination
   * @remarks Refused while connections lead to the destination: the answer lists them. Refused while deliveries wait for a
   * retry, unless `discard=true` allows to discard them; they are counted. Its dead letters are deleted here and stay on their
   * topic. The audit log has the number of both (`before.discarded`).
   */
  @Delete(':destinationId')
  @HttpCode(204)
  @Needs('workspace-admin')
  @Conditional()
  @Fails('not_found', 'in_use', 'conflict', 'invalid_request')
  remove(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') id: string,
    @Query() { discard }: DeleteDestinationQuery,
  ): Promise<void> {
    return this.changes.run(context, (change) =>
      this.destinations.remove(change, workspaceId, id, discard === 'true'),
    );
  }
}
