import { Body, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { type RequestContext, Context } from '../access/request-context.js';
import { Needs } from '../access/needs.js';
import { StateChange } from '../access/state-change.js';
import { AdminController } from '../admin-controller.js';
import { Changes } from '../changes/changes.js';
import { Fails } from '../problems/problem-docs.js';
import { DestinationDto } from '../destinations/destination.dto.js';
import { DestinationTest } from './destination-test.js';
import { TestDestinationDto, TestResultDto } from './destination-test.dto.js';
import { Destinations } from '../destinations/destinations.js';

const TEST_EXAMPLES = {
  sample: { summary: 'The sample event', value: {} },
  own: {
    summary: 'A message of your own',
    value: {
      event: {
        type: 'track',
        userId: 'user-1',
        event: 'Order Completed',
        properties: { total: 12.5 },
      },
    },
  },
};

/** What can be done with a destination besides changing it. */
@AdminController('workspaces/:workspaceId/destinations/:destinationId', 'Destinations')
export class DestinationActionsController {
  constructor(
    private readonly changes: Changes,
    private readonly destinations: Destinations,
    private readonly test: DestinationTest,
    private readonly database: DataSource,
  ) {}

  /**
   * Pause a destination
   * @remarks It takes no more events within two seconds; they wait in the event log, as long as that keeps events, and failed
   * ones wait for their next attempt. Pausing what is paused is fine.
   */
  @StateChange('pause')
  @Fails('not_found')
  pause(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') id: string,
  ): Promise<DestinationDto> {
    return this.changes.run(context, (change) => this.destinations.pause(change, workspaceId, id));
  }

  /**
   * Resume a destination
   * @remarks It goes on where it stopped, so that everything that was kept is delivered now, whoever or whatever had paused
   * it. Resuming what is not paused is fine.
   */
  @StateChange('resume')
  @Fails('not_found')
  resume(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') id: string,
  ): Promise<DestinationDto> {
    return this.changes.run(context, (change) => this.destinations.resume(change, workspaceId, id));
  }

  /**
   * Send a test event
   * @remarks Makes one attempt with the stored settings, also when the destination is paused or disabled, and shows the
   * receiver's real answer. It ends after ten seconds, also where the destination's own time limit is longer. Nothing is
   * recorded and nothing is tried again. The receiver gets a real event: the sample is a track called `Test Event`, or send a
   * message of your own. At most two at a time per workspace.
   */
  @Post('test')
  @HttpCode(200)
  @Needs('workspace-admin')
  @ApiBody({ type: TestDestinationDto, examples: TEST_EXAMPLES })
  @Fails('not_found', 'conflict', 'too_many_requests')
  async tryOut(
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') id: string,
    @Body() { event }: TestDestinationDto,
  ): Promise<TestResultDto> {
    return this.test.run(await this.destinations.find(this.database.manager, workspaceId, id), event);
  }
}
