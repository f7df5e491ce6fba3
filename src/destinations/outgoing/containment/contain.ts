import { type Socket } from 'node:net';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type Inspect } from '../../contract/network.js';
import { type AnswerBudget, AnswerInvalid, AnswerTooLarge } from './answer-budget.js';

type Event = string | symbol;

/**
 * Keeps what a server sends, and what a client does with it, from ending the process:
 * - A failure that is reported twice finds a listener, also after the client has removed its own.
 * - What a listener of the socket throws destroys the socket, as parsers of clients throw at faulty answers.
 * - Bytes past the budget destroy the socket before the client reads them.
 *
 * Returns the socket. Call it once per socket.
 */
export function contain<T extends Socket>(
  socket: T,
  budget: AnswerBudget,
  inspect: Inspect = () => undefined,
): T {
  socket.on('error', () => undefined);
  const emit = socket.emit.bind(socket) as (event: Event, ...args: unknown[]) => boolean;
  let sent = 0;
  const check = (chunk: unknown): void => {
    if (!Buffer.isBuffer(chunk)) return;
    const before = sent;
    sent = socket.bytesWritten;
    if (!budget.take(chunk.length, sent - before)) throw new AnswerTooLarge();
    inspect(chunk);
  };
  const contained = (event: Event, ...args: unknown[]): boolean => {
    // A parser that has thrown is in no state to read on.
    if (event === 'data' && socket.destroyed) return false;
    try {
      if (event === 'data') check(args[0]);
      return emit(event, ...args);
    } catch (thrown) {
      socket.destroy(thrown instanceof DeliveryError ? thrown : new AnswerInvalid(thrown));
      return true;
    }
  };
  return Object.assign(socket, { emit: contained });
}
