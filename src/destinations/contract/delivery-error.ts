import { type UndeliveredResult } from './delivery-item.js';
import { causesOf } from './error-causes.js';
import { namedReason } from './network-reason.js';

/** A handler, `http` or `network` throws it instead of returning results. Its result holds for every item of the batch. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  constructor(readonly result: UndeliveredResult) {
    super(result.reason);
  }
}

/**
 * The result that a thrown error stands for: that of a DeliveryError among it and its causes, else a retry. Tenants see a
 * code and no error text: the code of a failed connection, or `handler_error`.
 */
export function resultOf(error: unknown): UndeliveredResult {
  for (const cause of causesOf(error)) if (cause instanceof DeliveryError) return cause.result;
  return { kind: 'retry', reason: namedReason(error) ?? 'handler_error', cause: error };
}
