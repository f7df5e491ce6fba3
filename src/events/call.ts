import { type CallError, type RejectedMessage } from './call-error.js';
import { type CanonicalEvent, type EventType } from './event.js';
import { type Source } from './source.js';

/** What the edge read of one request, whatever its transport, before anybody knows whose it is. */
export interface Received {
  /** Server clock when the headers arrived; one per request (WIRE 2.3). */
  readonly at: Date;
  /** The parsed JSON, or undefined when `fault` is set. */
  readonly body: unknown;
  /** The body as it was sent, after inflation; for a pixel, the decoded payload or the query. */
  readonly text: string;
  /** Length of `text` in bytes. */
  readonly bytes: number;
  /** Why the body could not be read; raised only once the sender is known. */
  readonly fault?: CallError;
}

/** One HTTP request in the one form to which every transport is brought at the edge. */
export interface Call {
  readonly source: Source;
  /** Key that it came with, for the counts on it; the records do not have it. */
  readonly writeKeyId: string;
  readonly received: Received;
  readonly form: 'single' | 'batch';
  /** Given by the route of a single call; the items of a batch bring their own. */
  readonly type?: EventType;
  /** Whether the sender is a person's device or a server: decides about `context.ip` (WIRE 3.4). */
  readonly side: 'client' | 'server';
  readonly ip?: string;
  readonly userAgent?: string;
  /** Trace that the request belongs to (W3C Trace Context), for the records' header. */
  readonly traceparent?: string;
  /** Whether the sender wants to be told what became of each message. */
  readonly detailed?: boolean;
}

/** A message that did not become an event: goes to the rejected topic. */
export interface Rejection extends RejectedMessage {
  /** The message as JSON text as it was sent, cut to a bound by the publisher. */
  readonly original: string;
}

/** What the normalization pipe makes of a call: every message is in exactly one of the two lists. */
export interface NormalizedCall {
  readonly source: Source;
  readonly writeKeyId: string;
  readonly receivedAt: Date;
  readonly traceparent?: string;
  readonly form: 'single' | 'batch';
  readonly accepted: readonly CanonicalEvent[];
  readonly rejected: readonly Rejection[];
  /** Whether the sender wants to be told what became of each message. */
  readonly detailed?: boolean;
  /** Set when nothing can be accepted: thrown after the rejected messages are published. */
  readonly refusal?: CallError;
}
