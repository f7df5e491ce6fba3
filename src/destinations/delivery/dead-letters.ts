import { Injectable } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { EventLog, type LogRecord } from '../../event-log/event-log.js';
import { SCHEMA_VERSION } from '../records.js';
import { type Delivery } from './delivery.js';
import { type Destination } from './destination.js';

/** A delivery that is given up. */
export interface DeadDelivery {
  readonly delivery: Delivery;
  readonly reason: string;
  readonly status?: number;
}

/** Puts deliveries that are given up where operators and replay find them: the dead letters topic (DESIGN 5.3). */
@Injectable()
export class DeadLetters {
  constructor(
    private readonly log: EventLog,
    private readonly config: Config,
  ) {}

  async append(destination: Destination, dead: readonly DeadDelivery[]): Promise<void> {
    if (dead.length === 0) return;
    const deadAt = new Date().toISOString();
    await this.log.append(dead.map((one) => this.record(destination, one, deadAt)));
  }

  private record(
    destination: Destination,
    { delivery, reason, status }: DeadDelivery,
    deadAt: string,
  ): LogRecord {
    const { event, json, attempt } = delivery.item;
    const facts = {
      destination: destination.id,
      reason,
      attempts: attempt,
      lastStatus: status ?? null,
      deadAt,
    };
    return {
      topic: this.config.DEAD_LETTERS_TOPIC,
      key: destination.id,
      value: `{"event":${json},${JSON.stringify(facts).slice(1)}`,
      headers: {
        'tributary-schema': SCHEMA_VERSION,
        workspace: destination.workspaceId,
        source: event.projectId,
        type: event.type,
        messageId: event.messageId,
        receivedAt: event.receivedAt,
        destination: destination.id,
      },
    };
  }
}
