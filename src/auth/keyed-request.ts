import { type Request } from 'express';
import { type CallTransport, type Received, type Source } from '../events/call.js';

/** Who sent a call and by which transport, as the write key guard found it. */
export interface CallSender {
  readonly source: Source;
  readonly writeKeyId: string;
  readonly transport: CallTransport;
}

/** A request of a tracking route. Two fields are added to Express's, each by one writer, in this order. */
export interface KeyedRequest extends Request {
  /** Written by middleware before the guard: the body, or what a pixel's query stands for. Emptied by `takeBody`. */
  received: Received;
  /** Written by the write key guard. */
  sender?: CallSender;
}

/**
 * Moves the body out of the request, to its call alone. As parsed values a body can take twenty times its size, and the
 * request lives until it is answered, which may wait for the event log for long.
 */
export function takeBody(request: KeyedRequest): Received {
  const { received } = request;
  request.received = { at: received.at, text: '', bytes: 0, body: undefined };
  return received;
}
