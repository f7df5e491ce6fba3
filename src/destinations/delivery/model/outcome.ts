import { type ItemResult } from '../../contract/delivery-item.js';
import { type RetrySchedule, nextWait } from './retry-schedule.js';

/** What follows from one attempt. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'filtered'; readonly reason: string }
  | { readonly kind: 'retry'; readonly delayMs: number; readonly reason: string; readonly status?: number }
  | { readonly kind: 'dead'; readonly reason: string; readonly status?: number }
  /** Not tried, because an earlier event of its user waits to be tried again: it waits behind that one. */
  | { readonly kind: 'behind' }
  /** Not an end: the delivery stays where it is until the destination goes on. */
  | { readonly kind: 'held'; readonly reason: string; readonly auth: boolean };

/** The moment of a decision. */
export interface Moment {
  readonly now: Date;
  /** Absent at the first failure. */
  readonly firstFailedAt?: Date | undefined;
  readonly random: () => number;
}

/** Longest wait that a handler can ask for (DESTINATIONS 2). */
const MAX_ASKED_MS = 3_600_000;

/**
 * The one place that says what a result means. `attempt` is the one just made, counted from 1. A wait that the receiver asked
 * for is kept where the schedule's is shorter, also past the end of its window, by at most an hour.
 */
export function outcomeOf(
  result: ItemResult,
  attempt: number,
  schedule: RetrySchedule,
  moment: Moment,
): Outcome {
  switch (result.kind) {
    case 'ok':
      return { kind: 'delivered' };
    case 'filtered':
      return { kind: 'filtered', reason: result.reason };
    case 'auth':
      return { kind: 'held', reason: result.reason, auth: true };
    case 'reject':
      return { kind: 'dead', reason: result.reason, ...statusOf(result) };
    case 'retry': {
      const elapsedMs = moment.firstFailedAt ? moment.now.getTime() - moment.firstFailedAt.getTime() : 0;
      const wait = nextWait(schedule, { attempt, elapsedMs, chance: moment.random() });
      if (wait === undefined) return { kind: 'dead', reason: result.reason, ...statusOf(result) };
      const asked = Math.min(Math.max(result.afterMs ?? 0, 0), MAX_ASKED_MS);
      const delayMs = Math.max(wait, asked);
      return { kind: 'retry', delayMs, reason: result.reason, ...statusOf(result) };
    }
  }
}

function statusOf(result: { readonly status?: number }): { status?: number } {
  return result.status === undefined ? {} : { status: result.status };
}
