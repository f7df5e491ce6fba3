import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { Appender } from '../../../event-log/appender.js';
import { deadLetterRecord } from '../../../events/records/dead-letter-record.js';
import { type DeadDelivery } from './dead-delivery.js';
import { DeadLetterIndex } from './dead-letter-index.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { persist } from './persist.js';

/**
 * Puts deliveries that are given up where operators and replay find them: the dead letters topic (DESIGN 5.3), which has all
 * of them, and the index in Postgres, from which people read and redeliver.
 */
@Injectable()
export class DeadLetterWriter {
  constructor(
    private readonly appender: Appender,
    private readonly config: Config,
    private readonly index: DeadLetterIndex,
  ) {}

  /**
   * Resolves when the topic has them and the index too, as far as it has room; rejects only when the signal has aborted. Each
   * of the two is tried again for itself, so that an outage of Postgres does not fill the topic with repetitions.
   */
  async keep(
    destination: PreparedDestination,
    dead: readonly DeadDelivery[],
    signal: AbortSignal,
  ): Promise<void> {
    if (dead.length === 0) return;
    const deadAt = new Date().toISOString();
    const records = dead.map(({ delivery: { item, headers }, reason, status: lastStatus }) => {
      const { event, json, attempt: attempts } = item;
      const content = { event, json, headers, destination, reason, attempts, lastStatus, deadAt };
      return deadLetterRecord(this.config.DEAD_LETTERS_TOPIC, content);
    });
    await persist('dead_letters', destination.id, signal, () => this.appender.append(records));
    await persist('dead_letter_rows', destination.id, signal, () => this.index.add(destination, dead));
  }
}
