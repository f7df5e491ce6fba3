import { type Call } from '../../events/call.js';
import { type RejectionCode } from '../../events/call-error.js';
import { type JsonObject } from '../../events/event.js';
import { type Envelope } from './envelope.js';
import { type Limits } from './limits.js';

/** A message on its way to an event: a shallow copy that the steps change in place. */
export type Draft = JsonObject;

/** What the steps of a call notice without rejecting a message; the caller of `normalize` counts it. */
export interface Notes {
  unreadableDates: number;
}

/** What every step may know besides the message. Time is part of it: no step reads a clock. */
export interface CallFacts {
  readonly call: Call;
  readonly envelope: Envelope;
  readonly limits: Limits;
  /** For the steps to write to. */
  readonly notes: Notes;
}

/** Why a message is rejected, and the JSON pointer to the faulty field. */
export interface StepFault {
  readonly code: RejectionCode;
  readonly pointer: string;
}

/** One small change or check. A fault rejects this message and no other. */
export type Step = (draft: Draft, facts: CallFacts) => StepFault | undefined;
