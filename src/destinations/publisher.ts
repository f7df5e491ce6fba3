import { Injectable, Logger } from '@nestjs/common';
import { KeyUsage } from '../auth/usage/key-usage.js';
import { Config } from '../config/config.js';
import { Deduplication } from '../deduplication/deduplication.js';
import { LogOverloaded, LogUnavailable } from '../event-log/append-errors.js';
import { Appender } from '../event-log/appender.js';
import { type CallErrorCode } from '../events/call-error.js';
import { type NormalizedCall, type Rejection } from '../events/call.js';
import { type CanonicalEvent } from '../events/event.js';
import { messageOutcomes } from '../metrics/counters.js';
import { eventRecord, rejectedRecord } from './records.js';

/**
 * Puts a normalised call into the event log: one append, accepted and rejected together. It does not decide what is
 * accepted, nor what is a duplicate, nor how the caller is answered.
 */
@Injectable()
export class EventPublisher {
  private readonly logger = new Logger(EventPublisher.name);

  constructor(
    private readonly appender: Appender,
    private readonly deduplication: Deduplication,
    private readonly config: Config,
    private readonly usage: KeyUsage,
  ) {}

  /**
   * Resolves when the log has every record durably; rejects with LogUnavailable or LogOverloaded when it did not take them.
   */
  async publish(call: NormalizedCall): Promise<void> {
    let rejected = call.rejected;
    let accepted = 0;
    const append = async (events: readonly CanonicalEvent[]): Promise<void> => {
      await this.append(call, events, rejected);
      accepted += events.length;
      rejected = [];
    };
    try {
      await this.deduplication.once(call.source.id, call.accepted, append);
    } catch (error) {
      this.usage.count(call.writeKeyId, refusalOf(error));
      throw error;
    }
    const duplicates = call.accepted.length - accepted;
    messageOutcomes.inc({ outcome: 'duplicate', code: '' }, duplicates);
    this.usage.count(call.writeKeyId, 'duplicate', duplicates);
    this.logger.debug({
      event: 'call.received',
      source: call.source.id,
      accepted,
      duplicates,
      rejected: call.rejected.length,
      ms: Date.now() - call.receivedAt.getTime(),
    });
  }

  /** What is counted here is what the topics have, also where a later append of the same call fails. */
  private async append(
    call: NormalizedCall,
    events: readonly CanonicalEvent[],
    rejected: readonly Rejection[],
  ): Promise<void> {
    const { EVENTS_TOPIC, REJECTED_TOPIC } = this.config;
    const records = [
      ...events.map((event) => eventRecord(EVENTS_TOPIC, event, call)),
      ...rejected.map((rejection) => rejectedRecord(REJECTED_TOPIC, rejection, call)),
    ];
    if (records.length > 0) await this.appender.append(records);
    messageOutcomes.inc({ outcome: 'accepted', code: '' }, events.length);
    this.usage.count(call.writeKeyId, 'accepted', events.length);
    for (const { code } of rejected) {
      messageOutcomes.inc({ outcome: 'rejected', code });
      this.usage.count(call.writeKeyId, code);
    }
  }
}

/** The code that the caller is answered with when the log does not take the call. */
function refusalOf(error: unknown): CallErrorCode {
  if (error instanceof LogUnavailable) return 'unavailable';
  return error instanceof LogOverloaded ? 'rate_limited' : 'internal_error';
}
