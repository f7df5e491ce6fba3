import { type Call, type NormalizedCall, type Rejection } from '../events/call.js';
import { CallError, type RejectionCode } from '../events/call-error.js';
import { isJsonObject, type CanonicalEvent } from '../events/event.js';
import { openEnvelope } from './draft/envelope.js';
import { type Limits } from './draft/limits.js';
import { originalOf } from './original.js';
import { REASONS } from './draft/reasons.js';
import { type CallFacts, type Draft, type Notes, type StepFault } from './draft/step.js';
import { steps } from './steps.js';

/**
 * Turns the messages of a call into events. Each message ends in exactly one of the two lists. A call without an accepted
 * message has a refusal; it is not thrown, because the messages must reach the rejected topic first.
 */
export function normalize(call: Call, limits: Limits): NormalizedCall {
  const envelope = call.received.fault ?? openEnvelope(call, limits);
  if (envelope instanceof CallError) return refused(call, envelope);
  const accepted: CanonicalEvent[] = [];
  const rejected: Rejection[] = [];
  const notes: Notes = { unreadableDates: 0 };
  envelope.items.forEach((message, index) => {
    const draft: Draft = isJsonObject(message) ? { ...message } : {};
    const fault = isJsonObject(message) ? runSteps(draft, { call, envelope, limits, notes }) : NOT_A_MESSAGE;
    if (fault) rejected.push({ ...fault, index, original: originalOf(call, message) });
    // The steps set every field of the type, as their specs check.
    else accepted.push(draft as CanonicalEvent);
  });
  const first = accepted.length === 0 && rejected[0];
  const refusal = first && refusalOf(call, first, rejected);
  return { ...headOf(call), ...notes, accepted, rejected, ...(refusal && { refusal }) };
}

const NOT_A_MESSAGE: StepFault = { code: 'bad_request', pointer: '' };

function runSteps(draft: Draft, facts: CallFacts): StepFault | undefined {
  for (const step of steps) {
    const fault = step(draft, facts);
    if (fault) return fault;
  }
  return undefined;
}

const headOf = ({ source, writeKeyId, form, received, detailed, traceparent }: Call) => ({
  source,
  writeKeyId,
  form,
  receivedAt: received.at,
  ...(detailed === true && { detailed }),
  ...(traceparent !== undefined && { traceparent }),
});

function refused(call: Call, refusal: CallError): NormalizedCall {
  const rejection: Rejection = { index: 0, code: refusal.code, pointer: '', original: originalOf(call) };
  return { ...headOf(call), unreadableDates: 0, accepted: [], rejected: [rejection], refusal };
}

/** A single call is answered with the reason of its message, a batch with a code of its own (WIRE 1.6). */
function refusalOf(call: Call, { code }: Rejection, rejected: readonly Rejection[]): CallError {
  const sentence = REASONS[code as RejectionCode];
  return call.form === 'single'
    ? new CallError(code, sentence, rejected)
    : new CallError(
        'empty_batch_result',
        `No message of the batch is valid. The first: ${sentence}`,
        rejected,
      );
}
