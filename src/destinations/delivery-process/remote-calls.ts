import { AsyncLocalStorage } from 'node:async_hooks';
import { reasonOf } from '../../resilience/reason-of.js';
import {
  type CallObserver,
  destinationKeyOf,
  type FromDeliveryProcess,
  type RemoteCall,
  type RemoteOpened,
} from '../bulkhead/messages.js';
import { DeliveryError, resultOf } from '../contract/delivery-error.js';
import { type ItemResult, type UndeliveredResult } from '../contract/delivery-item.js';
import { type Handler } from '../contract/handler.js';
import { HandlerRun } from '../delivery/call/handler-run.js';
import { OpenHandlers } from '../delivery/call/open-handlers.js';
import { terminal } from '../delivery/call/terminal.js';
import { type GuardedNetwork } from '../outgoing/guarded-network.js';
import { type HttpClient } from '../outgoing/http-client.js';
import { receivedItems } from './received-items.js';

interface Scope {
  readonly open: OpenHandlers;
  readonly run: HandlerRun;
}

interface KnownSettings {
  readonly version: number;
  readonly settings: object;
}

const ABORTED = new DeliveryError({ kind: 'retry', reason: 'timeout' });

/** Runs the calls that the main process sends, with everything the handlers keep open. */
export class RemoteCalls {
  private readonly scopes = new Map<number, Scope>();
  private readonly settings = new Map<string, KnownSettings>();
  private readonly aborts = new Map<number, AbortController>();
  private readonly terminal = terminal.useFactory();
  private readonly types: ReadonlyMap<string, Handler>;
  /** The destination whose code runs, also in the listeners of the sockets that it has opened. */
  private readonly destination = new AsyncLocalStorage<string>();

  constructor(
    handlers: readonly Handler[],
    private readonly network: GuardedNetwork,
    private readonly http: HttpClient,
    private readonly send: (message: FromDeliveryProcess) => void,
  ) {
    this.types = new Map(handlers.map((handler) => [handler.type, handler]));
  }

  /** Key of the destination whose code runs now; undefined where it is not known. */
  get running(): string | undefined {
    return this.destination.getStore();
  }

  async call(id: number, call: RemoteCall): Promise<void> {
    const abort = new AbortController();
    this.aborts.set(id, abort);
    try {
      const results = await this.destination.run(destinationKeyOf(call), () =>
        this.run(id, call, abort.signal),
      );
      const allOk = results.every(({ kind }) => kind === 'ok');
      this.send({ kind: 'results', id, results: allOk ? results.length : results.map(plain) });
    } catch (error) {
      this.send({ kind: 'thrown', id, result: plain(resultOf(error)) });
    } finally {
      this.aborts.delete(id);
    }
  }

  abort(id: number): void {
    this.aborts.get(id)?.abort(ABORTED);
  }

  release({ scope, destinationId }: RemoteOpened): void {
    this.scopes.get(scope)?.open.release(destinationId);
    this.settings.delete(`${scope}/${destinationId}`);
  }

  async close(): Promise<void> {
    for (const abort of this.aborts.values()) abort.abort(ABORTED);
    await Promise.all([...this.scopes.values()].map(({ open }) => open.onApplicationShutdown()));
  }

  private async run(id: number, call: RemoteCall, signal: AbortSignal): Promise<readonly ItemResult[]> {
    const handler = this.types.get(call.type);
    if (handler === undefined) throw new DeliveryError({ kind: 'retry', reason: 'unknown_type' });
    const settings = this.settingsOf(handler, call);
    const target = { id: call.destinationId, workspaceId: call.workspaceId, handler, settings };
    const observer: CallObserver = {
      onResponse: (response) => this.send({ kind: 'response', id, response }),
      onPrint: (line) => this.send({ kind: 'printed', id, line }),
    };
    return this.scopeOf(call.scope).run.run(target, receivedItems(call), signal, observer);
  }

  private scopeOf(scope: number): Scope {
    const known = this.scopes.get(scope);
    if (known) return known;
    const open = new OpenHandlers(this.network);
    const made = { open, run: new HandlerRun(this.http, this.terminal, open) };
    this.scopes.set(scope, made);
    return made;
  }

  /** One object as long as the settings do not change, as in the main process: OpenHandlers compares it. */
  private settingsOf(handler: Handler, call: RemoteCall): object {
    const key = `${call.scope}/${call.destinationId}`;
    const known = this.settings.get(key);
    if (known?.version === call.settingsVersion) return known.settings;
    const settings: object = Object.assign(new handler.settings(), call.settings);
    this.settings.set(key, { version: call.settingsVersion, settings });
    return settings;
  }
}

/** A result that can cross: the main process logs the text of its cause. */
function plain<R extends ItemResult | UndeliveredResult>(result: R): R {
  if (result.kind !== 'retry' || result.cause === undefined) return result;
  const { cause } = result;
  return { ...result, cause: cause instanceof Error ? cause.stack : reasonOf(cause) };
}
