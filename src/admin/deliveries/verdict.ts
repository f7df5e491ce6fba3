import { type DeliveryOutcome } from './deliveries.dto.js';
import { type Candidate, type Facts } from './delivery-facts.js';

/** What is to be said about a message at one destination. */
export interface Verdict {
  readonly outcome: DeliveryOutcome;
  readonly reason: string | null;
}

/** What is known about the message elsewhere, for destinations that know nothing of it themselves. */
export interface Message {
  /** Sources whose message it is; empty when nothing about it is written down anywhere. */
  readonly sourceIds: ReadonlySet<string>;
  /** The first thing that is known to have happened to it. */
  readonly firstSeen: Date | undefined;
  /** Whether also what went well is written down, so that no word means that nothing happened. */
  readonly isComplete: boolean;
}

/**
 * What has become of it, by what happened last. A redelivery of which nothing is known has an end that was not written down;
 * so has an attempt that was to be followed by another when no other waits.
 */
export function verdictOf({ attempts, waiting, dead }: Facts): Verdict | undefined {
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
 * connected to the source or was connected later.
 */
export function silenceOf(candidate: Candidate, message: Message): Verdict | undefined {
  const { sourceIds, firstSeen, isComplete } = message;
  const leading = candidate.connections.filter(
    ({ sourceId, since }) =>
      firstSeen === undefined || (sourceIds.has(sourceId) && Date.parse(since) <= firstSeen.getTime()),
  );
  if (leading.length === 0) return undefined;
  if (firstSeen === undefined || !isComplete) return { outcome: 'unknown', reason: null };
  if (candidate.pausedAt === null && !candidate.enabled) return { outcome: 'filtered', reason: 'disabled' };
  if (leading.some(({ filtered }) => filtered)) return { outcome: 'unknown', reason: 'may_be_filtered' };
  return { outcome: 'pending', reason: null };
}
