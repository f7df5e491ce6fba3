import { type DeliveryHttp } from './http.js';
import { type DeliveryNetwork } from './network.js';

/** What a handler keeps between batches, such as a connection. */
export interface Opened {
  /** Releases everything. The framework calls it after the last batch that uses it. */
  close(): unknown;
}

/** Argument of a handler's `open`. */
export interface OpenContext<S> {
  readonly settings: S;
  readonly destinationId: string;
  readonly network: DeliveryNetwork;
  /** Aborts when the batch that waits for `open` reaches its time limit, and when the destination stops. */
  readonly signal: AbortSignal;
}

/** Second argument of a handler's `deliver`. */
export interface DeliveryContext<S, O = undefined> {
  readonly settings: S;
  readonly destinationId: string;
  readonly workspaceId: string;
  /** Result of the handler's `open`. */
  readonly opened: O;
  /** Aborts at the time limit and when the destination stops. */
  readonly signal: AbortSignal;
  readonly http: DeliveryHttp;
}

/** Context of a type that prints for a person. The framework passes `print` to every type; only `console` declares it. */
export interface PrintingContext<S, O = undefined> extends DeliveryContext<S, O> {
  /** Prints one line. Resolves when the system has taken the line; rejects with a DeliveryError when it does not. */
  readonly print: (line: string) => unknown;
}
