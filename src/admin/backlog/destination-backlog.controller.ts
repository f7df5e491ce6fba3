import { Get, Param } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Needs } from '../access/needs.js';
import { AdminController } from '../admin-controller.js';
import { Destinations } from '../destinations/destinations.js';
import { Fails } from '../problems/problem-docs.js';
import { DestinationBacklogDto } from './destination-backlog.dto.js';
import { DestinationBacklogs } from './destination-backlogs.js';

/** The backlog of a destination. */
@AdminController('workspaces/:workspaceId/destinations/:destinationId/backlog', 'Destinations')
export class DestinationBacklogController {
  constructor(
    private readonly destinations: Destinations,
    private readonly backlogs: DestinationBacklogs,
    private readonly database: DataSource,
  ) {}

  /**
   * Read the backlog of a destination
   * @remarks How far its backlog in the event log is from its limit, how many deliveries wait for a retry, and how many events
   * became dead letters because the limit was reached.
   */
  @Get()
  @Needs('workspace-viewer')
  @Fails('not_found')
  async read(
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') id: string,
  ): Promise<DestinationBacklogDto> {
    await this.destinations.find(this.database.manager, workspaceId, id);
    return this.backlogs.read(id);
  }
}
