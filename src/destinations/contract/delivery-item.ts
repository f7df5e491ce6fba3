import { type CanonicalEvent } from '../../events/event.js';

/** One event to be delivered to one destination. */
export interface DeliveryItem {
  /** All destinations of the event have this one object: a handler never changes it. */
  readonly event: CanonicalEvent;
  /** The event as the event log holds it, byte for byte. Send this text: a new JSON.stringify would lose digits of numbers. */
  readonly json: string;
  /** Counted from 1. */
  readonly attempt: number;
  /** Id of the replay that sends the event; absent at its first delivery. */
  readonly replay?: string;
}

/**
 * What else a refusal may be than a fault of the destination. `event`: a fault of this event, as a 403 of a firewall is; when
 * others succeed, it becomes a dead letter. `moment`: a state that passes, such as a topic that is being created.
 */
export type Doubt = 'event' | 'moment';

/** What the receiver said about its refusal, where it said something. */
export interface ReceiverAnswer {
  /** Code and message, without control characters. With the dead letter, for operators; secrets are not masked here. */
  readonly answer?: string;
  /** The code alone, of `[a-z0-9_.-]`. Tenants see it. */
  readonly answerCode?: string;
}

/** Result of one item. The framework alone decides whether and when it retries. */
export type ItemResult =
  | { readonly kind: 'ok' }
  /** A retry may succeed. `afterMs` is the wait that the receiver requested. Only operators see `cause`, in the log lines. */
  | (ReceiverAnswer & {
      readonly kind: 'retry';
      readonly reason: string;
      readonly status?: number;
      readonly afterMs?: number;
      readonly cause?: unknown;
      /** Opens the circuit at once. The framework sets it where a further call would cost more than this destination. */
      readonly opensCircuit?: boolean;
    })
  /** No retry will succeed. */
  | (ReceiverAnswer & { readonly kind: 'reject'; readonly reason: string; readonly status?: number })
  /** An administrator must change the settings or the receiver. The destination pauses and keeps its events. */
  | (ReceiverAnswer & {
      readonly kind: 'auth';
      readonly reason: string;
      readonly status?: number;
      /** Absent where the fault is certain. Otherwise the framework retries until other events and the time have decided. */
      readonly doubt?: Doubt;
    })
  /** The destination does not take events of this kind. */
  | { readonly kind: 'filtered'; readonly reason: string };

/** Any result but success. */
export type UndeliveredResult = Exclude<ItemResult, { kind: 'ok' }>;

/** A result that says what went wrong. */
export type FailureResult = Exclude<ItemResult, { kind: 'ok' | 'filtered' }>;
