import { Logger } from '@nestjs/common';
import { type Delivery } from './delivery.js';
import { type Destination } from './destination.js';
import { type Outcome } from './outcome.js';

const log = new Logger('Delivery');

/** One wide line for one attempt of one batch: ids, counts, duration, outcomes, and the first reason that is not a success. */
export function logAttempt(
  { id, workspaceId, handler }: Destination,
  deliveries: readonly Delivery[],
  outcomes: readonly Outcome[],
  ms: number,
): void {
  const [first] = deliveries;
  if (first === undefined) return;
  const failure = outcomes.find(({ kind }) => kind !== 'delivered');
  log.log({
    event: 'delivery.attempted',
    destination: id,
    workspace: workspaceId,
    type: handler.type,
    origin: first.origin,
    attempt: first.item.attempt,
    items: deliveries.length,
    ...countsOf(outcomes),
    ...(failure && 'reason' in failure ? { reason: failure.reason } : {}),
    ms: Math.round(ms),
  });
}

function countsOf(outcomes: readonly Outcome[]): Partial<Record<Outcome['kind'], number>> {
  const counts: Partial<Record<Outcome['kind'], number>> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
