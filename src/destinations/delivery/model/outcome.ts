import { type ItemResult, type ReceiverAnswer } from '../../contract/delivery-item.js';
import { nextDelay, type RetrySchedule } from './retry-schedule.js';

/** What follows from one attempt. */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'filtered'; readonly reason: string }
  | (ReceiverAnswer & {
      readonly kind: 'retry';
      readonly delayMs: number;
      readonly reason: string;
      readonly status?: number;
      /** The refusal may be the fault of this event, so that others of its user are attempted before it is decided. */
      readonly isDoubtful?: true;
    })
  | (ReceiverAnswer & { readonly kind: 'dead'; readonly reason: string; readonly status?: number })
  /** Not attempted: an earlier event of its user waits for a retry, and this one waits behind it. */
  | { readonly kind: 'behind' }
  /** Not final: the delivery stays where it is until the destination continues. `auth`: its credentials were refused. */
  | { readonly kind: 'held'; readonly reason: string; readonly auth: boolean };

/** The moment of a decision. */
export interface Moment {
  readonly now: Date;
  /** Absent at the first failure. */
  readonly firstFailedAt?: Date | undefined;
  readonly random: () => number;
}

/** The one place that decides what a result means. `attempt` is the one just made, counted from 1. */
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
      return { kind: 'dead', reason: result.reason, ...statusOf(result), ...answerOf(result) };
    case 'retry': {
      const elapsedMs = moment.firstFailedAt ? moment.now.getTime() - moment.firstFailedAt.getTime() : 0;
      const failure = { attempt, elapsedMs, random: moment.random(), retryAfterMs: result.afterMs };
      const delayMs = nextDelay(schedule, failure);
      if (delayMs === undefined)
        return { kind: 'dead', reason: result.reason, ...statusOf(result), ...answerOf(result) };
      return { kind: 'retry', delayMs, reason: result.reason, ...statusOf(result) };
    }
  }
}

function statusOf(result: { readonly status?: number }): { status?: number } {
  return result.status === undefined ? {} : { status: result.status };
}

/** What the receiver said, of a result or an outcome. */
export function answerOf({ answer, answerCode }: ReceiverAnswer): ReceiverAnswer {
  return { ...(answer !== undefined && { answer }), ...(answerCode !== undefined && { answerCode }) };
}
