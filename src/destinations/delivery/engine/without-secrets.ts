import { type JsonObject } from '../../../events/event.js';
import { masked } from '../../settings/masking.js';
import { splitSettings } from '../../settings/split-settings.js';
import { type Outcome } from '../model/outcome.js';
import { type PreparedDestination } from '../model/prepared-destination.js';

/** A receiver may repeat its credentials in its answer, which is kept with the dead letter. */
export function withoutSecrets(outcome: Outcome, { handler, settings }: PreparedDestination): Outcome {
  if (outcome.kind !== 'dead' || outcome.answer === undefined) return outcome;
  const { secrets } = splitSettings(handler, settings as JsonObject);
  return { ...outcome, answer: masked(secrets)(outcome.answer) };
}
