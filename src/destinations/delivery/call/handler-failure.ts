import { Logger } from '@nestjs/common';
import { type ItemResult } from '../../contract/delivery-item.js';
import { type Handler } from '../../contract/handler.js';

const logger = new Logger('HandlerCalls');

/**
 * Logs what a handler has thrown, with its stack, where tenants see a code only: once per call, however many items it had.
 */
export function logFailure(
  { id, handler }: { readonly id: string; readonly handler: Pick<Handler, 'type'> },
  results: readonly ItemResult[],
): void {
  const [first] = results.flatMap((result) =>
    result.kind === 'retry' && result.cause !== undefined ? [result] : [],
  );
  if (first === undefined) return;
  const { reason, cause } = first;
  const failed = { event: 'handler.failed', destination: id, type: handler.type, reason };
  logger.error(failed, cause instanceof Error ? cause.stack : String(cause));
}
