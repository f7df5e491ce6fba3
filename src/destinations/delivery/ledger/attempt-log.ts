import { Logger } from '@nestjs/common';
import { deliveryOutcomes } from '../../../metrics/counters.js';
import { type Delivery } from '../model/delivery.js';
import { type BacklogOwner, type PreparedDestination } from '../model/prepared-destination.js';
import { type FilteredEvent } from '../model/eligible.js';
import { type Outcome } from '../model/outcome.js';

const logger = new Logger('Delivery');
const BY_HANDLER = { reason: 'handler' };

/** Counts the outcomes of one attempt of a batch, and logs one wide line: ids, duration, counts, first failure's reason. */
export function logAttempt(
  { id, workspaceId, handler }: PreparedDestination,
  deliveries: readonly Delivery[],
  outcomes: readonly Outcome[],
  ms: number,
): void {
  const [first] = deliveries;
  if (first === undefined) return;
  const counts = countsOf(outcomes.map(({ kind }) => kind));
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

/** Counts events that were filtered without an attempt, by their reasons. */
export function countFiltered({ handler }: BacklogOwner, events: readonly FilteredEvent[]): void {
  const counts = countsOf(events.map(({ reason }) => reason));
  for (const [reason, count] of Object.entries(counts))
    deliveryOutcomes.inc({ type: handler.type, outcome: 'filtered', reason }, count);
}

function countsOf(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
