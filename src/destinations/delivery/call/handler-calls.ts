import { Injectable } from '@nestjs/common';
import { Bulkhead } from '../../bulkhead/bulkhead.js';
import { type CallObserver } from '../../bulkhead/messages.js';
import { withTimeLimit } from '../../../resilience/time-limit.js';
import { halvesOf } from '../../contract/halves.js';
import { DeliveryError, resultOf } from '../../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult, type UndeliveredResult } from '../../contract/delivery-item.js';
import { HttpClient } from '../../outgoing/http-client.js';
import { type AddressFault } from '../../outgoing/address-guard.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { logFailure } from './handler-failure.js';
import { HandlerRun, type RunTarget } from './handler-run.js';
import { OpenHandlers } from './open-handlers.js';
import { Terminal } from './terminal.js';

/** What a call needs of a destination. */
export type CallTarget = RunTarget & Pick<PreparedDestination, 'limits'>;

/** Reasons that hold for every item of a batch, so that halving it finds nothing. */
const OF_THE_ADDRESS: ReadonlySet<string> = new Set<AddressFault>(['address_blocked', 'https_required']);

/** Calls that may look for the events of a batch that a firewall refuses, since the last one that succeeded. */
const MAX_SEARCH = 256;

/** How many calls may still look for refused events. */
interface Search {
  left: number;
}

const same = (items: readonly DeliveryItem[], result: ItemResult): ItemResult[] => items.map(() => result);

/** Made only at a timeout: an error takes a stack, which costs as much as the rest of a call. */
const timedOut = (): DeliveryError => new DeliveryError({ kind: 'retry', reason: 'timeout' });

/** The one place that calls handlers: under a time limit, in this process or, for isolated types, in a delivery process. */
@Injectable()
export class HandlerCalls {
  private readonly local: HandlerRun;
  private readonly scope: number;

  constructor(
    http: HttpClient,
    terminal: Terminal,
    private readonly open: OpenHandlers,
    private readonly bulkhead: Bulkhead,
  ) {
    this.local = new HandlerRun(http, terminal, open);
    this.scope = bulkhead.newScope();
  }

  /** Closes what a destination has open as soon as its calls have ended. */
  release({ id: destinationId, workspaceId }: Pick<CallTarget, 'id' | 'workspaceId'>): void {
    this.open.release(destinationId);
    this.bulkhead.release({ scope: this.scope, destinationId, workspaceId });
  }

  /**
   * One result per item; none when the stop cut the call off, as its effect is unknown then. Items that are refused
   * together are retried in halves, so that one bad item does not cost the others: one in a thousand takes about twenty
   * calls. A doubtful refusal is searched in the same way, in a limited number of calls: it may hold for all events.
   */
  async resultsOf(
    target: CallTarget,
    items: readonly DeliveryItem[],
    stop: AbortSignal,
    observer?: CallObserver,
    search: Search = { left: MAX_SEARCH },
  ): Promise<readonly ItemResult[]> {
    try {
      const results = await this.call(target, items, stop, observer);
      search.left = MAX_SEARCH;
      logFailure(target, results);
      if (results.length === items.length) return results;
      return same(items, { kind: 'retry', reason: 'handler_contract' });
    } catch (error) {
      if (stop.aborted) return [];
      const result = resultOf(error);
      logFailure(target, [result]);
      return items.length > 1 && isOfSome(result, search)
        ? this.halved(target, items, stop, search)
        : same(items, result);
    }
  }

  private async halved(
    target: CallTarget,
    items: readonly DeliveryItem[],
    stop: AbortSignal,
    search: Search,
  ): Promise<readonly ItemResult[]> {
    const [head, tail] = halvesOf(items);
    const first = await this.resultsOf(target, head, stop, undefined, search);
    if (first.length < head.length) return [];
    return [...first, ...(await this.resultsOf(target, tail, stop, undefined, search))];
  }

  private call(
    target: CallTarget,
    items: readonly DeliveryItem[],
    stop: AbortSignal,
    observer?: CallObserver,
  ): Promise<readonly ItemResult[]> {
    return withTimeLimit(target.limits.timeoutMs, timedOut, stop, (signal) =>
      target.handler.isolated === true && this.bulkhead.isOn
        ? this.remotely(target, items, signal, observer)
        : this.local.run(target, items, signal, observer),
    );
  }

  private remotely(
    { id, workspaceId, handler, settings }: CallTarget,
    items: readonly DeliveryItem[],
    signal: AbortSignal,
    observer?: CallObserver,
  ): Promise<readonly ItemResult[]> {
    const { scope } = this;
    const call = { scope, type: handler.type, destinationId: id, workspaceId, settings, items };
    return this.bulkhead.deliver(call, signal, observer);
  }
}

/** Whether a smaller batch may succeed after this result. A search for doubtful refusals costs two calls at each step. */
function isOfSome(result: UndeliveredResult, search: Search): boolean {
  if (result.kind === 'reject') return !OF_THE_ADDRESS.has(result.reason);
  if (result.kind !== 'auth' || result.doubt !== 'event' || search.left < 2) return false;
  search.left -= 2;
  return true;
}
