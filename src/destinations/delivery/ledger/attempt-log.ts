import { Logger } from '@nestjs/common';
import { deliveryOutcomes } from '../../../metrics/counters.js';
import { type Delivery } from '../model/delivery.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type Excluded } from '../model/eligible.js';
import { type Outcome } from '../model/outcome.js';

const logger = new Logger('Delivery');
const BY_HANDLER = { reason: 'handler' };

/** Counts one attempt of one batch, and says it in one wide line: ids, duration, outcomes, the first reason of a failure. */
export function logAttempt(
  { id, workspaceId, handler }: PreparedDestination,
  deliveries: readonly Delivery[],
  outcomes: readonly Outcome[],
  ms: number,
): void {
  const [first] = deliveries;
  if (first === undefined) return;
  const counts = countsOf(outcomes);
  for (const [outcome, count] of Object.entries(counts))
    deliveryOutcomes.inc({ type: handler.type, outcome, ...(outcome === 'filtered' && BY_HANDLER) }, count);
  const failure = outcomes.find(({ kind }) => kind !== 'delivered');
  logger.log({
    event: 'delivery.attempted',
    destination: id,
    workspace: workspaceId,
    type: handler.type,
    origin: first.origin,
    attempt: first.item.attempt,
    items: deliveries.length,
    ...counts,
    ...(failure && 'reason' in failure ? { reason: failure.reason } : {}),
    ms: Math.round(ms),
  });
}

/** Counts events that need no attempt: `disabled` or `excluded`. */
export function countFiltered({ handler }: PreparedDestination, events: readonly Excluded[]): void {
  const disabled = events.filter(({ reason }) => reason === 'disabled').length;
  const counts = { disabled, excluded: events.length - disabled };
  for (const [reason, count] of Object.entries(counts))
    deliveryOutcomes.inc({ type: handler.type, outcome: 'filtered', reason }, count);
}

function countsOf(outcomes: readonly Outcome[]): Partial<Record<Outcome['kind'], number>> {
  const counts: Partial<Record<Outcome['kind'], number>> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
