import { once, setMaxListeners } from 'node:events';
import { type Writable } from 'node:stream';
import { orAborted } from '../../../resilience/time-limit.js';
import { DeliveryError } from '../../contract/delivery-error.js';

/**
 * Where handlers print lines. It may be a pipe. While its reader does not read, no line is accepted, so that events wait in
 * the event log and not in memory. When the reader has gone, every line fails, and the process goes on.
 */
export class Terminal {
  private room: Promise<unknown> | undefined;

  constructor(private readonly stream: Writable) {
    // Each write reports its failure; without a listener the end of the reader would end the process.
    stream.on('error', () => undefined);
  }

  /** Resolves when the system has accepted the line. Throws a DeliveryError when it refuses, or the signal's reason before that. */
  async print(line: string, signal: AbortSignal): Promise<void> {
    while (this.stream.writableNeedDrain && !signal.aborted) await this.untilRoom(signal);
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      this.stream.write(`${line}\n`, (error) => {
        if (error) reject(CLOSED);
        else resolve();
      });
    });
  }

  /** All calls share one wait, whichever of them is aborted. */
  private async untilRoom(signal: AbortSignal): Promise<void> {
    this.room ??= once(this.stream, 'drain').then(
      () => (this.room = undefined),
      () => (this.room = undefined),
    );
    // All lines of a batch listen to the same signal.
    setMaxListeners(0, signal);
    await orAborted(this.room, signal).catch(() => undefined);
  }
}

const CLOSED = new DeliveryError({ kind: 'retry', reason: 'terminal_closed' });

/** The standard output of the process. */
export const terminal = { provide: Terminal, useFactory: () => new Terminal(process.stdout) };
