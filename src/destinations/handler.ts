import { type CanonicalEvent } from '../events/event.js';

/** One event on its way to one destination. */
export interface DeliveryItem {
  readonly event: CanonicalEvent;
  /** The event as the log holds it, byte for byte: send this rather than stringify again. */
  readonly json: string;
  /** Counted from 1. */
  readonly attempt: number;
}

/** What became of one item. Whether and when another try follows is the framework's decision. */
export type ItemResult =
  | { readonly kind: 'ok' }
  /** Another try may help; `afterMs` is what the receiver asked for. */
  | { readonly kind: 'retry'; readonly reason: string; readonly status?: number; readonly afterMs?: number }
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

export interface DeliveryContext<S> {
  readonly settings: S;
  readonly destinationId: string;
  /** Aborted at the time limit and when the destination stops. */
  readonly signal: AbortSignal;
  readonly http: DeliveryHttp;
  /** Prints one line for a person to read. */
  readonly print: (line: string) => void;
}

/** How much a type takes at a time, and how. */
export interface HandlerLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly concurrency: number;
  readonly ordering: 'none' | 'per-user';
  readonly timeoutMs: number;
}

/** One event at a time, a few side by side. */
export const DEFAULT_LIMITS: HandlerLimits = {
  maxItems: 1,
  maxBytes: 1_000_000,
  concurrency: 8,
  ordering: 'none',
  timeoutMs: 10_000,
};

/**
 * A destination type: a value with four members that matter (STYLE 4.1). The framework, never a handler, owns time
 * limits, backoff, dead letters and logs.
 */
export interface Handler<T extends string = string, S extends object = object> {
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
  /** One result per item, in the order of the items. */
  deliver(items: readonly DeliveryItem[], context: DeliveryContext<S>): Promise<readonly ItemResult[]>;
}

export function defineHandler<const T extends string, S extends object>(
  handler: Handler<T, S>,
): Handler<T, S> {
  return handler;
}

/** Makes a function for one item into `deliver`: items are tried side by side, each with a result of its own. */
export function each<S>(
  one: (item: DeliveryItem, context: DeliveryContext<S>) => Promise<unknown>,
): (items: readonly DeliveryItem[], context: DeliveryContext<S>) => Promise<readonly ItemResult[]> {
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

/** A throw that says nothing else means: try again (DESTINATIONS 2). */
export function resultOf(error: unknown): ItemResult {
  if (error instanceof DeliveryError) return error.result;
  return { kind: 'retry', reason: error instanceof Error ? error.message : String(error) };
}

/** Names of marked properties, by the prototype of their class. */
type Marks = WeakMap<object, Set<string>>;

const secrets: Marks = new WeakMap();
const addresses: Marks = new WeakMap();

/** Marks a property of a settings class that must never be shown again nor stored in the clear. */
export const Secret = (): PropertyDecorator => mark(secrets);

/** Marks a property whose value is a URL that the destination calls: it is judged before it is saved (DESTINATIONS 3). */
export const Address = (): PropertyDecorator => mark(addresses);

/** The names of the properties marked as secret. */
export const secretsOf = (settings: new () => object): readonly string[] => marked(secrets, settings);

/** The names of the properties marked as addresses. */
export const addressesOf = (settings: new () => object): readonly string[] => marked(addresses, settings);

function mark(marks: Marks): PropertyDecorator {
  return (settings, property) => {
    marks.set(settings, (marks.get(settings) ?? new Set()).add(String(property)));
  };
}

function marked(marks: Marks, settings: new () => object): readonly string[] {
  return [...(marks.get(settings.prototype as object) ?? [])];
}
