import { type CallObserver } from '../../bulkhead/messages.js';
import { type PrintingContext } from '../../contract/context.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { DEFAULT_LIMITS } from '../../contract/handler.js';
import { type HttpClient } from '../../outgoing/http-client.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { type OpenHandlers } from './open-handlers.js';
import { type Terminal } from './terminal.js';

/** What one call of a handler needs of its destination. */
export type RunTarget = Pick<PreparedDestination, 'id' | 'workspaceId' | 'handler' | 'settings'>;

/** Runs a handler in this process, be it the main process or a delivery process: with what it keeps open, HTTP and terminal. */
export class HandlerRun {
  constructor(
    private readonly http: HttpClient,
    private readonly terminal: Terminal,
    private readonly open: OpenHandlers,
  ) {}

  run(
    { id, workspaceId, handler, settings }: RunTarget,
    items: readonly DeliveryItem[],
    signal: AbortSignal,
    observer?: CallObserver,
  ): Promise<readonly ItemResult[]> {
    const { timeoutMs = DEFAULT_LIMITS.timeoutMs } = handler.limits?.(settings) ?? {};
    const endsAt = performance.now() + timeoutMs;
    return this.open.use({ id, handler, settings }, signal, (opened) => {
      const context: PrintingContext<object, unknown> = {
        settings,
        destinationId: id,
        workspaceId,
        opened,
        signal,
        http: this.http.until(signal, observer && ((response) => observer.onResponse(response)), endsAt),
        print: (line) => {
          observer?.onPrint(line);
          return this.terminal.print(line, signal);
        },
      };
      return handler.deliver(items, context);
    });
  }
}
