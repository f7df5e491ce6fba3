import { Injectable } from '@nestjs/common';
import { deliveryOutcomes } from '../../../metrics/counters.js';
import { BacklogWatch } from '../backlog/backlog-watch.js';
import { BACKLOG_LIMIT } from '../backlog/shed-plan.js';
import { ShedTotals } from '../backlog/shed-totals.js';
import { DeadLetterWriter } from '../ledger/dead-letter-writer.js';
import { DeliveryLog } from '../ledger/delivery-log.js';
import { type Eligible, sortBatch } from '../model/eligible.js';
import { type BacklogOwner } from '../model/prepared-destination.js';
import { BatchPosition, type CurrentBatch } from './batch-position.js';

/** How a batch goes on of which the beginning was shed. */
export type ShedResult = { readonly kind: 'finished' } | { readonly kind: 'again'; readonly from: bigint };

/** Makes dead letters of those events of a batch for which the backlog of its destination has no room (DESIGN 5.5). */
@Injectable()
export class BacklogShedding {
  constructor(
    private readonly backlogs: BacklogWatch,
    private readonly deadLetters: DeadLetterWriter,
    private readonly totals: ShedTotals,
    private readonly deliveryLog: DeliveryLog,
    private readonly position: BatchPosition,
  ) {}

  /** Undefined when nothing of the batch is to be shed. Rejects only after the signal has aborted; the batch is redelivered then. */
  async shed(owner: BacklogOwner, current: CurrentBatch): Promise<ShedResult | undefined> {
    const { batch, control, done } = current;
    const until = this.backlogs.planOf(owner.id)?.get(batch.partition);
    if (until === undefined) return undefined;
    const records = batch.records.filter(({ offset }) => offset < until);
    const last = records.at(-1);
    const over = { ...current, batch: { ...batch, records } };
    const sorted = sortBatch(over.batch, owner);
    const open = sorted.eligible.filter(({ delivery }) => !done.has(delivery.origin));
    await this.record(owner, open, control.signal);
    const next = last === undefined ? until : last.offset + 1n;
    if (last !== undefined) this.position.advance(owner, over, sorted, next);
    this.backlogs.passed(owner.id, open.length, { partition: batch.partition, next });
    if (last === undefined) return undefined;
    return records.length === batch.records.length ? { kind: 'finished' } : { kind: 'again', from: next };
  }

  private async record(owner: BacklogOwner, open: readonly Eligible[], signal: AbortSignal): Promise<void> {
    const dead = open.map(({ delivery: { item, ...rest } }) => ({
      kind: 'dead' as const,
      delivery: { ...rest, item: { ...item, attempt: 0 } },
      reason: BACKLOG_LIMIT,
    }));
    await this.deadLetters.keep(owner, dead, signal);
    await this.totals.add(owner.id, dead.length, signal);
    const deliveries = dead.map(({ delivery }) => delivery);
    this.deliveryLog.add(owner, deliveries, dead);
    const labels = { type: owner.handler.type, outcome: 'dead', reason: BACKLOG_LIMIT };
    deliveryOutcomes.inc(labels, dead.length);
  }
}
