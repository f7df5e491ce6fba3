import { type CallError, type RejectedMessage } from './call-error.js';
import { type CanonicalEvent, type EventType } from './event.js';

/** What sends: every write key belongs to one. */
export interface Source {
  readonly id: string;
  readonly workspaceId: string;
}

/**
 * How a call reached us: from a server, from an SDK on a person's device, as an image in a page or mail, or as the beacon of
 * a closing page. Declared on each controller. Decides about `context.ip` (WIRE 3.4) and the scope that a write key needs.
 */
export type CallTransport = 'server' | 'device' | 'pixel' | 'beacon';

/** What the edge has read of one request, before its sender is known. */
export interface Received {
  /** Server clock when the headers arrived; one per request (WIRE 2.3). */
  readonly at: Date;
  /** The parsed JSON, or undefined when `fault` is set. */
  readonly body: unknown;
  /** The body as it was sent, after inflation; for a pixel, the decoded payload or the query. */
  readonly text: string;
  /** Length of `text` in bytes. */
  readonly bytes: number;
  /** Why the body could not be read; thrown only once the sender is known. */
  readonly fault?: CallError;
}

/** One HTTP request, in the one form that every transport becomes at the edge. */
export interface Call {
  readonly source: Source;
  /** Write key of the call, for its usage counts; records do not have it. */
  readonly writeKeyId: string;
  readonly received: Received;
  readonly form: 'single' | 'batch';
  /** Set by the route of a single call; the items of a batch have their own. */
  readonly type?: EventType;
  readonly transport: CallTransport;
  readonly ip?: string;
  readonly userAgent?: string;
  /** Trace of the request (W3C Trace Context), for a header of the records. */
  readonly traceparent?: string;
  /** Whether the answer lists the outcome of each message. */
  readonly detailed?: boolean;
}

/** A message that did not become an event; it goes to the rejected topic. */
export interface Rejection extends RejectedMessage {
  /** The message as JSON text as it was sent, cut to a bound by the publisher. */
  readonly original: string;
}

/** A call after normalisation: every message is in exactly one of the two lists. */
export interface NormalizedCall {
  readonly source: Source;
  readonly writeKeyId: string;
  readonly receivedAt: Date;
  readonly traceparent?: string;
  readonly form: 'single' | 'batch';
  readonly accepted: readonly CanonicalEvent[];
  readonly rejected: readonly Rejection[];
  /** Whether the answer lists the outcome of each message. */
  readonly detailed?: boolean;
  /** Dates of messages that could not be read and counted as missing. */
  readonly unreadableDates: number;
  /** Set when no message is accepted: the answer to the call, once the rejected messages are durable. */
  readonly refusal?: CallError;
}
