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
    summary: 'Your own message',
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

/** Actions on a destination. */
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
   * @remarks Within two seconds the destination receives no more events. They stay in the event log, up to the limit of its
   * backlog, and failed events keep waiting for their retry. Pausing a paused destination changes nothing.
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
   * @remarks Delivery continues where it stopped, whether an administrator or refused credentials paused it. Events that were
   * kept in the meantime are delivered. Resuming a destination that is not paused changes nothing. A pause for
   * `type_not_allowed` lasts until the operator allows the type.
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
   * @remarks Makes one attempt with the stored settings and shows the receiver's answer, even while the destination is paused
   * or disabled. The attempt ends after ten seconds, even where the destination's own time limit is longer. It is not
   * retried, and only the audit log records it, without the event. The receiver gets a real event: a sample track named `Test Event`, or your own message. At most two
   * tests run at a time per workspace.
   */
  @Post('test')
  @HttpCode(200)
  @Needs('workspace-admin')
  @ApiBody({ type: TestDestinationDto, examples: TEST_EXAMPLES })
  @Fails('not_found', 'conflict', 'too_many_requests', 'type_not_allowed')
  async tryOut(
    @Context() context: RequestContext,
    @Param('workspaceId') workspaceId: string,
    @Param('destinationId') id: string,
    @Body() { event }: TestDestinationDto,
  ): Promise<TestResultDto> {
    const row = await this.destinations.find(this.database.manager, workspaceId, id);
    return this.test.run(context, row, event);
  }
}
