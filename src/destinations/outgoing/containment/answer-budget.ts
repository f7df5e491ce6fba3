import { DeliveryError } from '../../contract/delivery-error.js';

/** Most bytes that the servers of one destination may send at once: answers to deliveries are short acknowledgements. */
export const MAX_ANSWER_BYTES = 16 * 1024 * 1024;
/** Growth of the budget, in bytes per ms: 256 kB per second, so that a connection may stay open for days. */
const BYTES_PER_MS = 256;

/**
 * Bytes that the servers of one destination may still send. What the destination sends and the time refill it up to its
 * limit. Parsers keep an unfinished answer in memory, so the limit also bounds the memory that a server can take.
 */
export class AnswerBudget {
  private left = MAX_ANSWER_BYTES;
  private refilledAt = performance.now();

  /** Counts bytes; `sent` are those that left since the last call. Returns whether the budget still covers them. */
  take(received: number, sent: number): boolean {
    const now = performance.now();
    const refill = sent + (now - this.refilledAt) * BYTES_PER_MS;
    this.refilledAt = now;
    this.left = Math.min(MAX_ANSWER_BYTES, this.left + refill) - received;
    return this.left >= 0;
  }
}

/** A server sent more than its budget. The connection is closed; a retry starts with a new one. */
export class AnswerTooLarge extends DeliveryError {
  constructor() {
    super({ kind: 'retry', reason: 'answer_too_large' });
  }
}

/** A client could not read a server's answer and threw. `cause` has what it threw. */
export class AnswerInvalid extends DeliveryError {
  constructor(cause: unknown) {
    super({ kind: 'retry', reason: 'invalid_answer' });
    this.cause = cause;
  }
}
