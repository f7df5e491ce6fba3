import { Injectable, Logger } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { type Destination } from '../../database/entities/destination.entity.js';
import { TestDelivery } from '../../destinations/test-delivery/test-delivery.js';
import { type JsonObject } from '../../events/event.js';
import { Limits } from '../../normalization/draft/limits.js';
import { Problem } from '../problems/problem.js';
import { DestinationSettings } from '../destinations/destination-settings.js';
import { type TestResultDto } from './destination-test.dto.js';
import { testEvent } from './test-event.js';

/** Most tests in flight in this process. An attempt may take ten seconds, and one tenant must leave room for others. */
const MAX_IN_ALL = 8;
const MAX_PER_WORKSPACE = 2;

/** Runs test deliveries, a limited number at a time. */
@Injectable()
export class DestinationTest {
  private readonly logger = new Logger(DestinationTest.name);
  private readonly limits: Limits;
  /** Workspaces of the tests in flight. */
  private readonly inFlight: string[] = [];

  constructor(
    private readonly settings: DestinationSettings,
    private readonly delivery: TestDelivery,
    { MAX_EVENT_BYTES, ALLOW_GROUP_WITHOUT_USER }: Config,
  ) {
    this.limits = new Limits(MAX_EVENT_BYTES, undefined, ALLOW_GROUP_WITHOUT_USER);
  }

  async run(row: Destination, message: JsonObject | undefined): Promise<TestResultDto> {
    const event = message && testEvent(message, this.limits);
    const opened = this.settings.opened(row);
    this.enter(row.workspaceId);
    try {
      const result = await this.delivery.attempt({
        ...opened,
        destinationId: row.id,
        workspaceId: row.workspaceId,
        ...(event && { event }),
      });
      const { outcome, reason, status, durationMs } = result;
      this.logger.log({
        event: 'destination.tested',
        destination: row.id,
        workspace: row.workspaceId,
        outcome,
        reason,
        status,
        durationMs,
      });
      return result;
    } finally {
      this.inFlight.splice(this.inFlight.indexOf(row.workspaceId), 1);
    }
  }

  private enter(workspaceId: string): void {
    const own = this.inFlight.filter((one) => one === workspaceId).length;
    if (own >= MAX_PER_WORKSPACE || this.inFlight.length >= MAX_IN_ALL) {
      const detail = 'Other tests are in progress: wait for their answers';
      throw new Problem('too_many_requests', detail, { headers: { 'Retry-After': '10' } });
    }
    this.inFlight.push(workspaceId);
  }
}
