import { once, setMaxListeners } from 'node:events';
import { type Writable } from 'node:stream';
import { DeliveryError } from '../../contract/delivery-error.js';

/**
 * Where handlers print lines for a person. It may be a pipe: one that nobody reads takes no further line, so that lines wait
 * in the log of events and not in memory; one whose reader has gone fails each of them, and the process goes on.
 */
export class Terminal {
  private room: Promise<unknown> | undefined;

  constructor(private readonly stream: Writable) {
    // Whoever writes is told; without a listener the end of the reader would be that of the process.
    stream.on('error', () => undefined);
  }

  /** Resolves when the system has the line. Throws a DeliveryError when it does not take it, or the signal's reason before that. */
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

  /** All who wait for room wait for the same, whoever of them gives up. */
  private async untilRoom(signal: AbortSignal): Promise<void> {
    this.room ??= once(this.stream, 'drain').then(
      () => (this.room = undefined),
      () => (this.room = undefined),
    );
    // A batch waits with all its lines.
    setMaxListeners(0, signal);
    const over = new AbortController();
    const abort = once(signal, 'abort', { signal: over.signal }).catch(() => undefined);
    await Promise.race([this.room, abort]);
    over.abort();
  }
}

const CLOSED = new DeliveryError({ kind: 'retry', reason: 'terminal_closed' });

/** The process's own. */
export const terminal = { provide: Terminal, useFactory: () => new Terminal(process.stdout) };
