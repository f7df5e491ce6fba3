import { type DeliveryOutcome } from './deliveries.dto.js';
import { type Candidate, type DeliveryFacts } from './delivery-facts.js';

/** What is to be said about a message at one destination. */
export interface Verdict {
  readonly outcome: DeliveryOutcome;
  readonly reason: string | null;
}

/** What is known about the message elsewhere, for destinations that know nothing of it themselves. Times are ms since the epoch. */
export interface Message {
  /** Sources whose message it is; empty when nothing about it is written down anywhere. */
  readonly sourceIds: ReadonlySet<string>;
  /** When it came, or a later time before which it did; undefined when nobody knows. */
  readonly receivedAt: number | undefined;
  /** Whether also what went well, or was filtered, is written down, so that no word means that nothing happened. */
  readonly isComplete: boolean;
  /** Attempts before that are forgotten. */
  readonly from: number;
}

/**
 * What has become of it, by what happened last. A redelivery of which nothing is known has an end that was not written down;
 * so has an attempt that was to be followed by another when no other waits.
 */
export function verdictOf({ attempts, waiting, dead }: DeliveryFacts): Verdict | undefined {
  const [next] = waiting;
  if (next) return { outcome: 'retrying', reason: next.reason };
  const moments = [
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
  const last = moments.sort((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
  return last && { outcome: last.outcome, reason: last.reason };
}

/**
 * The verdict on a destination that knows nothing of the message; undefined when it does not concern it, because it is not
 * connected to the source.
 */
export function silenceOf(candidate: Candidate, message: Message): Verdict | undefined {
  const { sourceIds, receivedAt, isComplete, from } = message;
  const isHeardOf = sourceIds.size > 0;
  const leading = candidate.connections.filter(({ sourceId }) => !isHeardOf || sourceIds.has(sourceId));
  if (leading.length === 0) return undefined;
  if (receivedAt === undefined) return unknown(null);
  if (candidate.createdAt.getTime() > receivedAt) return { outcome: 'not_sent', reason: 'created_later' };
  if (!isComplete) return unknown('not_written_down');
  if (receivedAt < from) return unknown('out_of_window');
  if (leading.every(({ since }) => Date.parse(since) > receivedAt)) return unknown('connected_later');
  if (candidate.pausedAt === null && !candidate.enabled) return { outcome: 'filtered', reason: 'disabled' };
  return { outcome: 'pending', reason: null };
}

const unknown = (reason: string | null): Verdict => ({ outcome: 'unknown', reason });
