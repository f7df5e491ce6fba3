import { type Delivery } from '../model/delivery.js';
import { type Outcome } from '../model/outcome.js';

/** An entry of the caller's list, such as an event of a batch or a claimed row. */
export interface AttemptCandidate {
  readonly delivery: Delivery;
}

/** A candidate with its outcome; a probe attempts some of the candidates only. */
export interface Attempted<C extends AttemptCandidate = AttemptCandidate> {
  readonly candidate: C;
  readonly outcome: Outcome;
}

/** Why the destination refused its credentials; undefined where it did not. */
export function authRefusalOf(attempted: readonly Attempted[]): string | undefined {
  for (const { outcome } of attempted) if (outcome.kind === 'held' && outcome.auth) return outcome.reason;
  return undefined;
}
