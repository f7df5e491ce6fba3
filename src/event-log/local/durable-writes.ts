import { type RootDatabase } from 'lmdb';
import { LogUnavailable } from '../append-errors.js';

/** A commit that failed carries the reason as a promise of its own (lmdb's write.js). */
interface CommitFailure {
  readonly commitError?: Promise<unknown>;
}

/**
 * Group commit: everything written in one turn of the event loop becomes one transaction, which is waited for once, until
 * it is committed and fsynced, and not longer than the deadline. lmdb has such turns of its own, but when one of them
 * fails it leaves a rejected promise that nobody can reach, and that ends the process.
 */
export class DurableWrites {
  private actions: (() => void)[] = [];
  private turn: Promise<void> | undefined;
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly env: RootDatabase<Buffer>,
    private readonly deadlineMs: number,
  ) {}

  /** All the puts of the action or none; resolves when they are on disk, rejects with LogUnavailable. */
  write(action: () => void): Promise<void> {
    this.actions.push(action);
    this.turn ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.turn = undefined;
        this.last = this.commit();
        this.last.then(resolve, reject);
      });
    });
    return this.turn;
  }

  /** Resolves when nothing is on its way to the disk any more, whatever became of it. */
  async settle(): Promise<void> {
    await this.turn?.catch(() => undefined);
    await this.last.catch(() => undefined);
  }

  private async commit(): Promise<void> {
    const { actions } = this;
    this.actions = [];
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new LogUnavailable(`The disk has not confirmed a write within ${this.deadlineMs} ms.`));
      }, this.deadlineMs);
    });
    try {
      await Promise.race([this.onDisk(() => actions.forEach((action) => action())), late]);
    } catch (error) {
      if (error instanceof LogUnavailable) throw error;
      throw new LogUnavailable('The local log cannot be written.', { cause: await reasonOf(error) });
    } finally {
      clearTimeout(timer);
    }
  }

  private async onDisk(action: () => void): Promise<void> {
    const committed = this.env.batch(action);
    // With overlapping sync a commit is visible, not durable; `flushed` is this transaction's only if asked for at once.
    const flushed = Promise.resolve(this.env.flushed);
    flushed.catch(() => undefined);
    await committed;
    await flushed;
  }
}

function reasonOf(error: unknown): unknown {
  const { commitError } = error as CommitFailure;
  return commitError === undefined ? error : commitError.catch((reason: unknown) => reason);
}
