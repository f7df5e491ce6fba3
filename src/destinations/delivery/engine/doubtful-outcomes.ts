import { type ItemResult } from '../../contract/delivery-item.js';
import { type Delivery } from '../model/delivery.js';
import { answerOf, type Outcome } from '../model/outcome.js';
import { type Refusals } from './refusals.js';

/** A refusal that may be something else than a fault of the destination. */
export type DoubtfulResult = Extract<ItemResult, { kind: 'auth' }> &
  Required<Pick<Extract<ItemResult, { kind: 'auth' }>, 'doubt'>>;

/** A call that has ended. Times are ms of the clock of Refusals. */
export interface EndedCall {
  readonly results: readonly ItemResult[];
  readonly now: number;
  /** How long a delivery is retried after its first failure, in ms. */
  readonly windowMs: number;
}

export const isDoubtful = (result: ItemResult): result is DoubtfulResult =>
  result.kind === 'auth' && result.doubt !== undefined;

/**
 * The outcome of a doubtful refusal. Beside an accepted event of the same call it is a fault of the event. An undecided one is
 * retried, whatever delays the destination lists: with an empty list it would become a dead letter before it is decided.
 */
export function outcomeOfDoubtful(
  result: DoubtfulResult,
  { origin, firstFailedAt }: Delivery,
  { results, now, windowMs }: EndedCall,
  refusals: Refusals,
): Outcome {
  const { reason, status, doubt } = result;
  const facts = { reason, ...(status !== undefined && { status }), ...answerOf(result) };
  const verdict = refusals.refused(origin, doubt, now);
  if (verdict === 'destination') return { kind: 'held', reason, auth: true };
  const isOverdue = firstFailedAt !== undefined && Date.now() - firstFailedAt.getTime() >= windowMs;
  const isEvents = verdict === 'event' || (doubt === 'event' && results.some(({ kind }) => kind === 'ok'));
  if (isEvents || isOverdue) return { kind: 'dead', ...facts };
  const retry = { kind: 'retry', delayMs: refusals.delayMs(origin, now), ...facts } as const;
  return doubt === 'event' ? { ...retry, isDoubtful: true } : retry;
}

/** The outcomes of an attempt, once more after its last call: a later call may have proved that the credentials hold. */
export function decidedOutcomes(
  deliveries: readonly Delivery[],
  outcomes: readonly Outcome[],
  refusals: Refusals,
): Outcome[] {
  return outcomes.map((outcome, index) => {
    if (outcome.kind !== 'retry' || outcome.isDoubtful !== true) return outcome;
    const { reason, status } = outcome;
    const isEvents = refusals.isCleared(deliveries[index]?.origin ?? '');
    if (!isEvents) return outcome;
    return { kind: 'dead', reason, ...(status !== undefined && { status }), ...answerOf(outcome) };
  });
}

/**
 * The results as the circuit counts them. Single refusals are answers of a receiver that works; a flood of them opens the
 * circuit, so that the events stay in the log and one at a time probes.
 */
export function resultsForCircuit(results: readonly ItemResult[], refusals: Refusals): readonly ItemResult[] {
  if (!refusals.isFlood) return results;
  return results.map((result) =>
    isDoubtful(result) ? { kind: 'retry', reason: result.reason, opensCircuit: true } : result,
  );
}
