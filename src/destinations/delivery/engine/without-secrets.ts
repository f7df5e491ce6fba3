import { type JsonObject } from '../../../events/event.js';
import { masked } from '../../settings/masking.js';
import { splitSettings } from '../../settings/split-settings.js';
import { type Outcome } from '../model/outcome.js';
import { type PreparedDestination } from '../model/prepared-destination.js';

/** Longest text of an answer that is kept, in characters. */
const MAX_ANSWER = 300;

/**
 * A receiver may repeat its credentials in its answer, which is kept with the dead letter. The text is cut after the masking: a
 * secret across the cut would keep its first half. A code with a secret in it is no code.
 */
export function withoutSecrets(outcome: Outcome, { handler, settings }: PreparedDestination): Outcome {
  if (outcome.kind !== 'dead' && outcome.kind !== 'retry') return outcome;
  const { answer, answerCode, ...rest } = outcome;
  if (answer === undefined && answerCode === undefined) return outcome;
  const mask = masked(splitSettings(handler, settings as JsonObject).secrets);
  const isCode = answerCode !== undefined && mask(answerCode) === answerCode;
  const text = answer === undefined ? {} : { answer: mask(answer).slice(0, MAX_ANSWER) };
  return { ...rest, ...text, ...(isCode && { answerCode }) };
}
