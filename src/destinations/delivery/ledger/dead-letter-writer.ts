import { Injectable } from '@nestjs/common';
import { Config } from '../../../config/config.js';
import { Appender } from '../../../event-log/appender.js';
import { deadLetterRecord } from '../../../events/records/dead-letter-record.js';
import { type DeadDelivery, DeadLetterIndex } from './dead-letter-index.js';
import { type BacklogOwner } from '../model/prepared-destination.js';
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
  async keep(destination: BacklogOwner, dead: readonly DeadDelivery[], signal: AbortSignal): Promise<void> {
    if (dead.length === 0) return;
    const deadAt = new Date().toISOString();
    const records = dead.map(({ delivery: { item, headers }, reason, status: lastStatus, answer }) => {
      const { event, json, attempt: attempts } = item;
      const content = { event, json, headers, destination, reason, attempts, lastStatus, answer, deadAt };
      return deadLetterRecord(this.config.DEAD_LETTERS_TOPIC, content);
    });
    await untilRecorded('dead_letters', destination.id, signal, () => this.appender.append(records));
    await untilRecorded('dead_letter_rows', destination.id, signal, () => this.index.add(destination, dead));
  }
}
