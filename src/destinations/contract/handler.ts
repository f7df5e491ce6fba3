import { type Socket } from 'node:net';
import { type ConnectionOptions } from 'node:tls';
import { type CanonicalEvent } from '../../events/event.js';
import { namedReason } from './network-reason.js';

export { retryAfterMs } from './retry-after.js';
export { networkReason } from './network-reason.js';
export { Address, addressesOf, isEncrypted, Secret, secretsOf } from './settings-marks.js';

/** One event on its way to one destination. */
export interface DeliveryItem {
  readonly event: CanonicalEvent;
  /** The event as the log holds it, byte for byte: send this rather than stringify again. */
  readonly json: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** Id of the replay that sends it, where it is not the first delivery of the event. */
  readonly replay?: string;
}

/** What became of one item. Whether and when another try follows is the framework's decision. */
export type ItemResult =
  | { readonly kind: 'ok' }
  /** Another try may help; `afterMs` is what the receiver asked for. `cause` goes to the operators' log and to nobody else. */
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly status?: number;
      readonly afterMs?: number;
      readonly cause?: unknown;
    }
  /** No other try will help. */
  | { readonly kind: 'reject'; readonly reason: string; readonly status?: number }
  /** The destination's credentials are refused: it pauses and keeps its events. */
  | { readonly kind: 'auth'; readonly reason: string; readonly status?: number }
  /** The destination has no use for this event. */
  | { readonly kind: 'filtered'; readonly reason: string };

/** Thrown by a handler, or by what is handed to it, instead of returning results: holds for every item of the batch. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  constructor(readonly result: Exclude<ItemResult, { kind: 'ok' }>) {
    super(result.reason);
  }
}

export interface HttpResponse {
  readonly status: number;
  /** At most 64 kB. */
  readonly body: string;
}

export interface HttpRequest {
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** HTTP as a handler sees it: no redirects, no private addresses, bounded in time and size (DESTINATIONS 2, 3). */
export interface DeliveryHttp {
  /** Resolves for a 2xx; throws a DeliveryError with the right result for everything else (DESTINATIONS 2). */
  send(url: string, request: HttpRequest): Promise<HttpResponse>;
}

/** Connections other than HTTP, to permitted addresses only (DESTINATIONS 3); others end with an error that says so. */
export interface DeliveryNetwork {
  /** A connection; with `tls` an encrypted one. Plain ones reach only networks that the operator has opened. */
  connect(to: { readonly host: string; readonly port: number; readonly tls?: ConnectionOptions }): Socket;
  /** A socket for a client that calls `connect(port, host)` itself; `encrypted` when it will speak TLS on it. */
  socket(options: { readonly encrypted: boolean }): Socket;
}

/** What a handler keeps between batches, such as a pool of connections. */
export interface Opened {
  /** Lets go of everything; what is under way has ended before. */
  close(): unknown;
}

export interface OpenContext<S> {
  readonly settings: S;
  readonly destinationId: string;
  readonly network: DeliveryNetwork;
  /** Aborted when the batch that waits for it has reached its time limit, and when the destination stops. */
  readonly signal: AbortSignal;
}

export interface DeliveryContext<S, O = undefined> {
  readonly settings: S;
  readonly destinationId: string;
  readonly workspaceId: string;
  /** What the handler's `open` made. */
  readonly opened: O;
  /** Aborted at the time limit and when the destination stops. */
  readonly signal: AbortSignal;
  readonly http: DeliveryHttp;
  /** Prints one line for a person to read; resolves when the system has taken it, throws a DeliveryError when it will not. */
  readonly print: (line: string) => unknown;
}

/** How much a type takes at a time, and how. */
export interface HandlerLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  /** How long an event may wait for company when there are fewer; the age of the oldest one counts. */
  readonly maxWaitMs: number;
  readonly concurrency: number;
  readonly ordering: 'none' | 'per-user';
  readonly timeoutMs: number;
}

/** One event at a time, a few side by side. */
export const DEFAULT_LIMITS: HandlerLimits = {
  maxItems: 1,
  maxBytes: 1_000_000,
  maxWaitMs: 0,
  concurrency: 8,
  ordering: 'none',
  timeoutMs: 10_000,
};

/**
 * A destination type: a value with four members that matter (STYLE 4.1). The framework, never a handler, owns time
 * limits, backoff, dead letters and logs.
 */
export interface Handler<T extends string = string, S extends object = object, O = unknown> {
  /** Stored with every destination; never renamed. */
  readonly type: T;
  /** For people, and the name that `integrations` uses (WIRE 3.5). */
  readonly title: string;
  /** One or two sentences for administrators: what becomes of the events. */
  readonly description?: string;
  /** class-validator class: validation, Swagger schema and documentation of the settings at once. */
  readonly settings: new () => S;
  /** What differs from DEFAULT_LIMITS; it may depend on the settings. */
  limits?(settings: S): Partial<HandlerLimits>;
  /**
   * Opens what is kept between batches; without it there is nothing. Asked with the first batch, and anew after a change of
   * the settings or a failure; closed when it is not used for a while. A throw counts as the batch's.
   */
  open?(context: OpenContext<S>): Promise<O> | O;
  /**
   * One result per item, in the order of the items. A DeliveryError of the kind `reject` thrown for several items makes the
   * framework try each half of them alone, until it is found which ones are refused.
   */
  deliver(items: readonly DeliveryItem[], context: DeliveryContext<S, O>): Promise<readonly ItemResult[]>;
}

export function defineHandler<
  const T extends string,
  S extends object,
  O extends Opened | undefined = undefined,
>(handler: Handler<T, S, O>): Handler<T, S, O> {
  return handler;
}

/** Makes a function for one item into `deliver`: items are tried side by side, each with a result of its own. */
export function each<S, O = undefined>(
  one: (item: DeliveryItem, context: DeliveryContext<S, O>) => Promise<unknown>,
): (items: readonly DeliveryItem[], context: DeliveryContext<S, O>) => Promise<readonly ItemResult[]> {
  return (items, context) =>
    Promise.all(
      items.map(async (item): Promise<ItemResult> => {
        try {
          await one(item, context);
          return { kind: 'ok' };
        } catch (error) {
          return resultOf(error);
        }
      }),
    );
}

/**
 * A throw that says nothing else, neither itself nor as its cause, means: try again. Tenants see a code and no text of ours
 * (DESTINATIONS 2): that of a connection that failed, else `handler_error`.
 */
export function resultOf(error: unknown): Exclude<ItemResult, { kind: 'ok' }> {
  for (let one = error; one instanceof Error; one = one.cause)
    if (one instanceof DeliveryError) return one.result;
  return { kind: 'retry', reason: namedReason(error) ?? 'handler_error', cause: error };
}
