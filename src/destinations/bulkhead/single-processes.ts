import { ProcessLost, type RemoteProcess } from './remote-process.js';
import { type SpareProcess } from './spare-process.js';

/** Unused processes of suspects end after this time, in ms. */
const SWEEP_MS = 30_000;

interface Single {
  readonly process: RemoteProcess;
  /** Calls that have been given the process. */
  users: number;
  usedSinceSweep: boolean;
}

/** Processes of one destination each, for suspects. There are few: a suspect waits while all of them are busy. */
export class SingleProcesses {
  private readonly singles = new Map<string, Single>();
  private readonly closing = new Set<Promise<void>>();
  private waiting: (() => void)[] = [];
  private isClosed = false;
  private readonly timer = setInterval(() => this.sweep(), SWEEP_MS).unref();

  constructor(
    private readonly spare: SpareProcess,
    private readonly max: number,
    private readonly onLoss: (destination: string) => void,
  ) {}

  /** Runs a call with the process of the destination. Throws the signal's reason while it waits for one. */
  async use<T>(
    destination: string,
    signal: AbortSignal,
    run: (process: RemoteProcess) => Promise<T>,
  ): Promise<T> {
    const single = await this.acquire(destination, signal);
    try {
      return await run(single.process);
    } finally {
      single.users -= 1;
      this.wakeOne();
    }
  }

  running(destination: string): RemoteProcess | undefined {
    return this.singles.get(destination)?.process;
  }

  /** Ends the process of a destination when its calls have ended. */
  end(destination: string): void {
    const single = this.singles.get(destination);
    if (single && isIdle(single)) this.remove(destination, single);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.isClosed = true;
    for (const [destination, single] of this.singles) this.remove(destination, single);
    for (const wake of this.waiting.splice(0)) wake();
    await Promise.all(this.closing);
  }

  /** Counts the user before anything else runs, so that no other suspect takes the process for unused. */
  private async acquire(destination: string, signal: AbortSignal): Promise<Single> {
    for (;;) {
      signal.throwIfAborted();
      if (this.isClosed) throw new ProcessLost();
      const single = this.singles.get(destination) ?? this.opened(destination);
      if (single) {
        single.users += 1;
        single.usedSinceSweep = true;
        return single;
      }
      await this.untilRoom(signal);
    }
  }

  /** Undefined where all processes are busy. */
  private opened(destination: string): Single | undefined {
    if (this.singles.size >= this.max) this.endIdle();
    return this.singles.size < this.max ? this.open(destination) : undefined;
  }

  private open(destination: string): Single {
    const process = this.spare.take((loss) => {
      if (this.singles.get(destination)?.process === process) this.singles.delete(destination);
      if (loss.wasReady) this.onLoss(destination);
      this.wakeOne();
    });
    const single: Single = { process, users: 0, usedSinceSweep: true };
    this.singles.set(destination, single);
    return single;
  }

  private untilRoom(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        this.waiting = this.waiting.filter((other) => other !== wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.waiting.push(wake);
    });
  }

  private wakeOne(): void {
    this.waiting[0]?.();
  }

  private endIdle(): void {
    for (const [destination, single] of this.singles) {
      if (!isIdle(single)) continue;
      this.remove(destination, single);
      return;
    }
  }

  private remove(destination: string, { process }: Single): void {
    if (this.singles.get(destination)?.process === process) this.singles.delete(destination);
    const closed = process.close().finally(() => this.closing.delete(closed));
    this.closing.add(closed);
  }

  private sweep(): void {
    for (const [destination, single] of this.singles) {
      if (single.users === 0 && !single.usedSinceSweep) this.remove(destination, single);
      single.usedSinceSweep = false;
    }
  }
}

/** Without users and without calls that were aborted and not answered: their loss would say something. */
const isIdle = ({ users, process }: Single): boolean => users === 0 && process.isIdle;
