import { Backoff } from '../../resilience/backoff.js';
import { type Loss, ProcessLost, type RemoteProcess } from './remote-process.js';
import { type SpareProcess } from './spare-process.js';

/** Waits before the next start, where a process has ended before it was ready, in ms. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 10_000;
/** A second loss within this time means that an idle connection may be the cause, in ms. */
const REPETITION_MS = 600_000;

/** One place of the pool, for many destinations. Its process starts with the first call and is replaced when it is lost. */
export class SharedProcess {
  private process: RemoteProcess | undefined;
  private startableAt = 0;
  private lostAt = -Infinity;
  private isClosed = false;
  private readonly backoff = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS);

  constructor(
    private readonly spare: SpareProcess,
    private readonly onSuspects: (destinations: readonly string[]) => void,
  ) {}

  get running(): RemoteProcess | undefined {
    return this.process;
  }

  /** Throws ProcessLost while no process can be started. */
  get(): RemoteProcess {
    if (this.isClosed) throw new ProcessLost();
    if (this.process) return this.process;
    if (Date.now() < this.startableAt) throw new ProcessLost();
    return (this.process = this.spare.take((loss) => this.lost(loss)));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.process?.close();
  }

  private lost({ wasReady, atWork, present }: Loss): void {
    this.process = undefined;
    if (!wasReady) {
      this.startableAt = Date.now() + this.backoff.next();
      return;
    }
    this.backoff.reset();
    const isRepeated = Date.now() < this.lostAt + REPETITION_MS;
    this.lostAt = Date.now();
    this.onSuspects(isRepeated || atWork.length === 0 ? present : atWork);
    if (!this.isClosed) this.get();
  }
}
