import { Injectable, Logger } from '@nestjs/common';
import { KeyUsage } from '../auth/usage/key-usage.js';
import { KafkaConfig } from '../config/kafka.config.js';
import { type Claim, Deduplication } from '../deduplication/deduplication.js';
import { LogOverloaded, LogUnavailable, RecordsRefused } from '../event-log/append-errors.js';
import { Appender } from '../event-log/appender.js';
import { type CallErrorCode } from '../events/call-error.js';
import { type NormalizedCall, type Rejection } from '../events/call.js';
import { type CanonicalEvent } from '../events/event.js';
import { eventRecord } from '../events/records/event-record.js';
import { rejectedRecord } from '../events/records/rejected-record.js';
import { messageOutcomes } from '../metrics/counters.js';

/** How many messages of a call had each outcome. */
export interface PublishedCounts {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
}

/**
 * Appends the messages of a normalized call to the event log, accepted and rejected together in one append, and counts
 * them. It decides neither which messages are accepted, nor how the caller is answered.
 */
@Injectable()
export class EventPublisher {
  private readonly logger = new Logger(EventPublisher.name);

  constructor(
    private readonly appender: Appender,
    private readonly deduplication: Deduplication,
    private readonly config: KafkaConfig,
    private readonly usage: KeyUsage,
  ) {}

  /**
   * Resolves when every record is durable, also for a call whose `refusal` the caller gets. Rejects with LogUnavailable,
   * LogOverloaded or RecordsRefused when the event log does not take the records.
   */
  async publish(call: NormalizedCall): Promise<PublishedCounts> {
    let accepted = 0;
    let { rejected } = call;
    let claim: Claim<CanonicalEvent> | undefined;
    claim = await this.deduplication.claim(call.source.id, call.accepted);
    // A second round is rare: another copy of a message was in flight in another call, and failed there.
    while (claim !== undefined) {
      const { fresh } = claim;
      claim = await this.appendClaimed(call, claim, rejected);
      accepted += fresh.length;
      rejected = [];
    }
    const duplicates = call.accepted.length - accepted;
    messageOutcomes.inc({ outcome: 'duplicate', code: '' }, duplicates);
    this.usage.count(call.writeKeyId, 'duplicate', duplicates);
    const counts = { accepted, duplicates, rejected: call.rejected.length };
    const ms = Date.now() - call.receivedAt.getTime();
    this.logger.debug({ event: 'call.received', source: call.source.id, ...counts, ms });
    return counts;
  }

  private async appendClaimed(
    call: NormalizedCall,
    claim: Claim<CanonicalEvent>,
    rejected: readonly Rejection[],
  ): Promise<Claim<CanonicalEvent> | undefined> {
    try {
      await this.append(call, claim.fresh, rejected);
    } catch (error) {
      await claim.release();
      this.usage.count(call.writeKeyId, refusalOf(error));
      throw error;
    }
    return claim.confirm();
  }

  /** Counts after the append, so that the counts equal the records on the topics even if a later append of the call fails. */
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

/** The code of the answer to a call whose records the event log does not take. */
function refusalOf(error: unknown): CallErrorCode {
  if (error instanceof LogUnavailable || error instanceof RecordsRefused) return 'unavailable';
  return error instanceof LogOverloaded ? 'rate_limited' : 'internal_error';
}
