import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { type Destination } from '../../database/entities/destination.entity.js';
import { TestDelivery } from '../../destinations/test-delivery/test-delivery.js';
import { type JsonObject } from '../../events/event.js';
import { Limits } from '../../normalization/draft/limits.js';
import { type RequestContext } from '../access/request-context.js';
import { Changes } from '../changes/changes.js';
import { WorkspaceSlots } from '../changes/workspace-slots.js';
import { DestinationSettings } from '../destinations/destination-settings.js';
import { type TestResultDto } from './destination-test.dto.js';
import { testEvent } from './test-event.js';

/** An attempt may take ten seconds. */
const SLOTS = { what: 'tests', perWorkspace: 2, inAll: 8, retryAfterSeconds: 10 };

/** Runs test deliveries, a limited number at a time. */
@Injectable()
export class DestinationTest {
  private readonly logger = new Logger(DestinationTest.name);
  private readonly limits: Limits;
  private readonly slots = new WorkspaceSlots(SLOTS);

  constructor(
    private readonly settings: DestinationSettings,
    private readonly delivery: TestDelivery,
    private readonly changes: Changes,
    { MAX_EVENT_BYTES, ALLOW_GROUP_WITHOUT_USER }: Config,
  ) {
    this.limits = new Limits(MAX_EVENT_BYTES, undefined, ALLOW_GROUP_WITHOUT_USER);
  }

  /** Makes one attempt, after its audit row is stored: no attempt is without one. */
  async run(
    context: RequestContext,
    row: Destination,
    message: JsonObject | undefined,
  ): Promise<TestResultDto> {
    const event = message && testEvent(message, this.limits);
    const { id: destinationId, workspaceId } = row;
    const opened = this.settings.opened(row);
    return this.slots.run(workspaceId, async () => {
      await this.changes.record(context, 'destination', {
        ...{ action: 'test', workspaceId, resourceId: destinationId },
        after: { event: event === undefined ? 'sample' : 'own' },
      });
      const result = await this.delivery.attempt({
        ...{ ...opened, destinationId, workspaceId },
        ...(event && { event }),
      });
      const { outcome, reason, status, durationMs } = result;
      const facts = { outcome, reason, status, durationMs };
      this.logger.log({
        event: 'destination.tested',
        destination: destinationId,
        workspace: workspaceId,
        ...facts,
      });
      return result;
    });
  }
}
