import { type RootDatabase } from 'lmdb';
import { yieldToEventLoop } from '../../resilience/pauses.js';
import { withTimeLimit } from '../../resilience/time-limit.js';
import { LogUnavailable } from '../append-errors.js';

/** lmdb gives a failed commit its cause as a promise, which its types do not declare. */
interface CommitFailure {
  readonly commitError?: Promise<unknown>;
}

/**
 * Group commit: the writes of one turn of the event loop become one transaction and wait together until it is committed
 * and fsynced, or the deadline passes. The batching of lmdb itself (`eventTurnBatching`) is off: when one of its
 * transactions fails, it leaves an unhandled rejection, which ends the process.
 */
export class DurableWrites {
  private actions: (() => void)[] = [];
  /** The transaction that collects actions; undefined when none does. */
  private collecting: Promise<void> | undefined;
  /** The transaction that was started last. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly env: RootDatabase<Buffer>,
    private readonly deadlineMs: number,
  ) {}

  /** Runs the action within a transaction: all its puts or none. Resolves when they are fsynced; rejects with LogUnavailable. */
  write(action: () => void): Promise<void> {
    this.actions.push(action);
    this.collecting ??= this.commitNextTurn();
    return this.collecting;
  }

  /** Resolves when no transaction is in flight, also after failures. */
  async settle(): Promise<void> {
    await this.collecting?.catch(() => undefined);
    await this.last.catch(() => undefined);
  }

  private async commitNextTurn(): Promise<void> {
    await yieldToEventLoop();
    this.collecting = undefined;
    this.last = this.commit();
    await this.last;
  }

  private async commit(): Promise<void> {
    const { actions, deadlineMs } = this;
    this.actions = [];
    const onTimeout = (): LogUnavailable =>
      new LogUnavailable(`The disk has not confirmed a write within ${deadlineMs} ms.`);
    try {
      await withTimeLimit(deadlineMs, onTimeout, undefined, () =>
        this.transact(() => actions.forEach((action) => action())),
      );
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      throw new LogUnavailable('The local log cannot be written.', { cause: await causeOf(error) });
    }
  }

  private async transact(action: () => void): Promise<void> {
    const committed = this.env.batch(action);
    // With overlapping sync a committed transaction is visible, not durable. `flushed` belongs to this transaction only
    // when it is read at once.
    const flushed = Promise.resolve(this.env.flushed);
    flushed.catch(() => undefined);
    await committed;
    await flushed;
  }
}

function causeOf(error: unknown): unknown {
  const { commitError } = error as CommitFailure;
  return commitError === undefined ? error : commitError.catch((reason: unknown) => reason);
}
