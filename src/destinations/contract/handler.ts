import { type DeliveryContext, type OpenContext } from './context.js';
import { type DeliveryItem, type ItemResult } from './delivery-item.js';

/** How many events one call of a type takes, and how calls run. */
export interface HandlerLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
  /** How long, in ms, a batch that is not full waits for further events; the age of its oldest event counts. */
  readonly maxWaitMs: number;
  /** Calls in flight per destination. */
  readonly concurrency: number;
  /** `per-user`: while an event waits for its retry, later events of its user wait behind it. */
  readonly ordering: 'none' | 'per-user';
  /** Time limit of a call, in ms. */
  readonly timeoutMs: number;
}

/** One event per call, eight calls in flight. */
export const DEFAULT_LIMITS: HandlerLimits = {
  maxItems: 1,
  maxBytes: 1_000_000,
  maxWaitMs: 0,
  concurrency: 8,
  ordering: 'none',
  timeoutMs: 10_000,
};

/** A destination type. The framework, never a handler, owns time limits, backoff, dead letters and logs (DESIGN 5.8). */
export interface Handler<T extends string = string, S extends object = object, O = unknown> {
  /** Stored with every destination; never renamed. */
  readonly type: T;
  /** Name for people, and the name that `integrations` uses (WIRE 3.5). */
  readonly title: string;
  /** Two or three sentences for administrators: how events are sent, and what the receiver gets when one is sent twice. */
  readonly description?: string;
  /** Class with class-validator rules: the source of validation, API schema and documentation of the settings. */
  readonly settings: new () => S;
  /**
   * Whether calls run in a delivery process, apart from the main process (DESIGN 5.8). For types whose clients parse what a
   * server sends themselves: a server can make them throw, loop or fill the memory.
   */
  readonly isolated?: boolean;
  /** Limits that differ from DEFAULT_LIMITS. They may depend on the settings. */
  limits?(settings: S): Partial<HandlerLimits>;
  /**
   * Opens what the type keeps between batches. The framework calls it with the first batch, and again after changed settings
   * or a failure; it closes the result when it is idle. An error counts as the error of the waiting batch.
   */
  open?(context: OpenContext<S>): Promise<O> | O;
  /**
   * Returns one result per item, in the order of the items. When it throws a DeliveryError of kind `reject` for several items,
   * the framework halves the batch until it has found the refused ones.
   */
  deliver(items: readonly DeliveryItem[], context: DeliveryContext<S, O>): Promise<readonly ItemResult[]>;
}
