import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { Appender, type LogRecord } from '../../../event-log/appender.js';
import { SCHEMA_VERSION } from '../../records.js';
import { type DeadDelivery, DeadLetterIndex } from './dead-letter-index.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { untilRecorded } from './recording.js';

/**
 * Writes deliveries that are given up to the topic of dead letters (DESIGN 5.3), which has all of them, and to the index in
 * Postgres, which administrators and replays read.
 */
@Injectable()
export class DeadLetterWriter {
  constructor(
    private readonly appender: Appender,
    private readonly config: Config,
    private readonly index: DeadLetterIndex,
  ) {}

  /**
   * Resolves when the topic and the index have them, the index up to its limit; rejects only after the signal has aborted.
   * Each write is repeated separately, so that an outage of Postgres does not fill the topic with duplicates.
   */
  async keep(
    destination: PreparedDestination,
    dead: readonly DeadDelivery[],
    signal: AbortSignal,
  ): Promise<void> {
    if (dead.length === 0) return;
    const deadAt = new Date().toISOString();
    const records = dead.map((one) => this.record(destination, one, deadAt));
    await untilRecorded('dead_letters', destination.id, signal, () => this.appender.append(records));
    await untilRecorded('dead_letter_rows', destination.id, signal, () => this.index.add(destination, dead));
  }

  private record(
    destination: PreparedDestination,
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
        ...delivery.headers,
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
