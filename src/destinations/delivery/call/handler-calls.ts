import { Injectable } from '@nestjs/common';
import { type PrintingContext } from '../../contract/context.js';
import { DeliveryError, resultOf } from '../../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { HttpClient } from '../../outgoing/http-client.js';
import { type AddressFault } from '../../outgoing/address-guard.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { logFailure } from './handler-failure.js';
import { OpenHandlers } from './open-handlers.js';
import { Terminal } from './terminal.js';
import { within } from '../model/time-limit.js';

type Target = Pick<PreparedDestination, 'id' | 'workspaceId' | 'handler' | 'settings' | 'limits'>;

/** Reasons that a half of the items meets as well. */
const OF_THE_ADDRESS: ReadonlySet<string> = new Set<AddressFault>(['address_blocked', 'https_required']);

const same = (items: readonly DeliveryItem[], result: ItemResult): ItemResult[] => items.map(() => result);

/** The one place that calls a handler: under a time limit, with what it keeps open, and with everything it needs handed in. */
@Injectable()
export class HandlerCalls {
  constructor(
    private readonly http: HttpClient,
    private readonly terminal: Terminal,
    private readonly open: OpenHandlers,
  ) {}

  /**
   * One result per item. Several items that are refused together are tried in halves, so that one of them does not cost the
   * others: a thousand with one bad one take about twenty calls. Empty when the stop cut the call off: then nobody knows.
   */
  async resultsOf(
    target: Target,
    items: readonly DeliveryItem[],
    stop: AbortSignal,
  ): Promise<readonly ItemResult[]> {
    try {
      const results = await this.call(target, items, stop);
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
    target: Target,
    items: readonly DeliveryItem[],
    stop: AbortSignal,
  ): Promise<readonly ItemResult[]> {
    const middle = Math.ceil(items.length / 2);
    const first = await this.resultsOf(target, items.slice(0, middle), stop);
    if (first.length < middle) return [];
    const second = await this.resultsOf(target, items.slice(middle), stop);
    return [...first, ...second];
  }

  private call(
    { id, workspaceId, handler, settings, limits }: Target,
    items: readonly DeliveryItem[],
    stop: AbortSignal,
  ): Promise<readonly ItemResult[]> {
    const timeout = new DeliveryError({ kind: 'retry', reason: 'timeout' });
    return within(limits.timeoutMs, timeout, stop, (signal) =>
      this.open.use({ id, handler, settings }, signal, (opened) => {
        const context: PrintingContext<object, unknown> = {
          settings,
          destinationId: id,
          workspaceId,
          opened,
          signal,
          http: this.http.until(signal),
          print: (line) => this.terminal.print(line, signal),
        };
        return handler.deliver(items, context);
      }),
    );
  }
}
