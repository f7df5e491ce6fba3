import { type ItemResult, type UndeliveredResult } from './delivery-item.js';
import { type HttpResponse } from './http.js';
import { causeChainOf } from './cause-chain.js';
import { namedReason } from './network-reason.js';

/** A handler, `http` or `network` throws it instead of returning results. Its result holds for every item of the batch. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  constructor(
    readonly result: UndeliveredResult,
    /** The receiver's response, where it was HTTP. */
    readonly response?: HttpResponse,
  ) {
    super(result.reason);
  }
}

/**
 * A table of a warehouse lacks a column of an event, and the destination may not add it. No retry helps, so the destination
 * pauses until an administrator has added the column.
 */
export const missingColumn = (): DeliveryError =>
  new DeliveryError({ kind: 'auth', reason: 'missing_column' });

/**
 * The result that a thrown error stands for: that of a DeliveryError among it and its causes, else a retry. Tenants see a
 * code and no error text: the code of a failed connection, or `handler_error`.
 */
export function resultOf(error: unknown): UndeliveredResult {
  for (const cause of causeChainOf(error)) if (cause instanceof DeliveryError) return cause.result;
  return { kind: 'retry', reason: namedReason(error) ?? 'handler_error', cause: error };
}

/**
 * A refusal of a target that depends on the event, such as a topic by the type of the event: it may concern this event alone.
 * Other results stay as they are.
 */
export function asDoubtful<R extends ItemResult>(result: R): R {
  return result.kind === 'auth' ? { ...result, doubt: 'event' } : result;
}
