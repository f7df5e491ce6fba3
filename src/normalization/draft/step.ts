import { type Call } from '../../events/call.js';
import { type RejectionCode } from '../../events/call-error.js';
import { type JsonObject } from '../../events/event.js';
import { type Envelope } from './envelope.js';
import { type Limits } from './limits.js';

/** A message on its way to an event: a shallow copy that the steps change in place. */
export type Draft = JsonObject;

/** What every step may know besides the message itself. Time is among it: no step looks at a clock. */
export interface CallFacts {
  readonly call: Call;
  readonly envelope: Envelope;
  readonly limits: Limits;
}

/** Why a message is rejected, and the JSON pointer to the field at fault. */
export interface StepFault {
  readonly code: RejectionCode;
  readonly pointer: string;
}

/** One small change or check. A fault ends the message's way, and the message's only. */
export type Step = (draft: Draft, facts: CallFacts) => StepFault | undefined;
