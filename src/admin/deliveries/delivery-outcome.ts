import { type DeliveryOutcome } from './deliveries.dto.js';
import { type Candidate, type DeliveryFacts } from './delivery-facts.js';

/** What happened to a message at one destination, and why. */
export interface OutcomeAndReason {
  readonly outcome: DeliveryOutcome;
  readonly reason: string | null;
}

/** What the records of all destinations say about a message. Times are ms since the epoch. */
export interface KnownMessage {
  /** Sources that sent the message; empty when no destination has a record of it. */
  readonly sourceIds: ReadonlySet<string>;
  /** When the message was received, or a time after that; undefined when no record says. */
  readonly receivedAt: number | undefined;
  /** Whether successful and filtered deliveries are recorded too. Only then does a missing record prove that nothing happened. */
  readonly isComplete: boolean;
  /** Start of the window: older records were deleted. */
  readonly from: number;
}

/**
 * The outcome by the latest record; undefined without records. A redelivery without a later record, and an attempt with the
 * outcome `retry` when no delivery waits, ended in a way that was not recorded: `unknown`.
 */
export function recordedOutcome({ attempts, waiting, dead }: DeliveryFacts): OutcomeAndReason | undefined {
  const [next] = waiting;
  if (next) return { outcome: 'retrying', reason: next.reason };
  const records = [
    ...attempts.map(({ at, outcome, reason }) => ({
      at,
      outcome: outcome === 'retry' ? ('unknown' as const) : outcome,
      reason,
    })),
    ...dead.map(({ deadAt, reason }) => ({ at: deadAt, outcome: 'dead' as const, reason })),
    ...dead.flatMap(({ redeliveredAt: at }) =>
      at ? [{ at, outcome: 'unknown' as const, reason: null }] : [],
    ),
  ];
  const latest = records.sort((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
  return latest && { outcome: latest.outcome, reason: latest.reason };
}

/**
 * The outcome at a destination that has no record of the message. Undefined when the destination is not connected to the
 * message's source.
 */
export function inferredOutcome(candidate: Candidate, message: KnownMessage): OutcomeAndReason | undefined {
  const { sourceIds, receivedAt, isComplete, from } = message;
  const isSourceKnown = sourceIds.size > 0;
  const relevant = candidate.connections.filter(({ sourceId }) => !isSourceKnown || sourceIds.has(sourceId));
  if (relevant.length === 0) return undefined;
  if (receivedAt === undefined) return unknown(null);
  if (candidate.createdAt.getTime() > receivedAt) return { outcome: 'not_sent', reason: 'created_later' };
  if (!isComplete) return unknown('not_written_down');
  if (receivedAt < from) return unknown('out_of_window');
  if (relevant.every(({ since }) => Date.parse(since) > receivedAt)) return unknown('connected_later');
  if (candidate.pausedAt === null && !candidate.enabled) return { outcome: 'filtered', reason: 'disabled' };
  return { outcome: 'pending', reason: null };
}

const unknown = (reason: string | null): OutcomeAndReason => ({ outcome: 'unknown', reason });
