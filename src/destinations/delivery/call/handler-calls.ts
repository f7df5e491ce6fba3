import { Injectable } from '@nestjs/common';
import { type PrintingContext } from '../../contract/context.js';
import { withTimeLimit } from '../../../resilience/time-limit.js';
import { halvesOf } from '../../contract/halves.js';
import { DeliveryError, resultOf } from '../../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { type HttpResponse } from '../../contract/http.js';
import { HttpClient } from '../../outgoing/http-client.js';
import { type AddressFault } from '../../outgoing/address-guard.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { logFailure } from './handler-failure.js';
import { OpenHandlers } from './open-handlers.js';
import { Terminal } from './terminal.js';

/** What a call needs of a destination. */
export type CallTarget = Pick<PreparedDestination, 'id' | 'workspaceId' | 'handler' | 'settings' | 'limits'>;

/** Sees what a handler receives and prints, for test deliveries. */
export interface CallObserver {
  onResponse(response: HttpResponse): void;
  onPrint(line: string): void;
}

/** Reasons that hold for every item of a batch, so that halving it finds nothing. */
const OF_THE_ADDRESS: ReadonlySet<string> = new Set<AddressFault>(['address_blocked', 'https_required']);

const same = (items: readonly DeliveryItem[], result: ItemResult): ItemResult[] => items.map(() => result);

/** The one place that calls handlers: under a time limit, with what they keep open, HTTP, network and terminal. */
@Injectable()
export class HandlerCalls {
  constructor(
    private readonly http: HttpClient,
    private readonly terminal: Terminal,
    private readonly open: OpenHandlers,
  ) {}

  /**
   * One result per item; none when the stop cut the call off, as its effect is unknown then. Items that are refused
   * together are retried in halves, so that one bad item does not cost the others: one in a thousand takes about twenty
   * calls.
   */
  async resultsOf(
    target: CallTarget,
    items: readonly DeliveryItem[],
    stop: AbortSignal,
    observer?: CallObserver,
  ): Promise<readonly ItemResult[]> {
    try {
      const results = await this.call(target, items, stop, observer);
      logFailure(target, results);
      if (results.length === items.length) return results;
      return same(items, { kind: 'retry', reason: 'handler_contract' });
    } catch (error) {
      if (stop.aborted) return [];
      const result = resultOf(error);
      logFailure(target, [result]);
      return result.kind === 'reject' && items.length > 1 && !OF_THE_ADDRESS.has(result.reason)
        ? this.halved(target, items, stop)
        : same(items, result);
    }
  }

  private async halved(
    target: CallTarget,
    items: readonly DeliveryItem[],
    stop: AbortSignal,
  ): Promise<readonly ItemResult[]> {
    const [head, tail] = halvesOf(items);
    const first = await this.resultsOf(target, head, stop);
    if (first.length < head.length) return [];
    return [...first, ...(await this.resultsOf(target, tail, stop))];
  }

  private call(
    { id, workspaceId, handler, settings, limits }: CallTarget,
    items: readonly DeliveryItem[],
    stop: AbortSignal,
    observer?: CallObserver,
  ): Promise<readonly ItemResult[]> {
    const timeout = new DeliveryError({ kind: 'retry', reason: 'timeout' });
    return withTimeLimit(limits.timeoutMs, timeout, stop, (signal) =>
      this.open.use({ id, handler, settings }, signal, (opened) => {
        const context: PrintingContext<object, unknown> = {
          settings,
          destinationId: id,
          workspaceId,
          opened,
          signal,
          http: this.http.until(signal, (response) => observer?.onResponse(response)),
          print: (line) => {
            observer?.onPrint(line);
            return this.terminal.print(line, signal);
          },
        };
        return handler.deliver(items, context);
      }),
    );
  }
}
