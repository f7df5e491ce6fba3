import { Logger } from '@nestjs/common';
import { workersLost } from '../metrics/counters.js';
import { Backoff } from '../resilience/backoff.js';
import { sleepUnlessAborted } from '../resilience/pauses.js';
import { CollectedMetrics } from './collected-metrics.js';
import { type WorkerEnd, WorkersCannotStart } from './worker-end.js';
import { type ForkedWorker, WorkerProcess } from './worker-process.js';

/** How a supervisor starts workers. */
export interface SupervisorOptions {
  readonly workers: number;
  /** Starts the process of a worker, whose number is from 1. */
  readonly fork: (number: number) => ForkedWorker;
  /** Upper limit of the first wait before a lost worker is replaced, in ms. */
  readonly firstWaitMs?: number;
}

/** The waits double from the first to the longest; a worker that has served for so long was well. All in ms. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const WELL_MS = 60_000;

/**
 * Starts the workers of this machine, replaces lost ones, and stops all together. The first worker starts alone: it migrates
 * the database and creates the topics, and its failure is the one that the operator reads.
 */
export class Supervisor {
  private readonly logger = new Logger(Supervisor.name);
  private readonly stopping = new AbortController();
  private readonly workers = new Map<number, WorkerProcess>();
  private readonly metrics = new CollectedMetrics(() => [...this.workers.values()]);
  private openRest: () => void = () => undefined;
  private failure: WorkersCannotStart | undefined;
  private isClean = true;

  constructor(private readonly options: SupervisorOptions) {}

  /**
   * Resolves after `stop`, when all workers have ended, to whether each had finished its work. Throws WorkersCannotStart when
   * no worker is left and a new one cannot start.
   */
  async run(): Promise<boolean> {
    const mayStartRest = new Promise<void>((resolve) => (this.openRest = resolve));
    const first = this.keep(1);
    await mayStartRest;
    const rest = Array.from({ length: this.options.workers - 1 }, (_, index) => this.keep(index + 2));
    await Promise.all([first, ...rest]);
    if (this.failure) throw this.failure;
    return this.isClean;
  }

  /** Passes the signal on to all workers, which end when they have drained. None is replaced any more. */
  stop(signal: NodeJS.Signals): void {
    if (this.isStopping()) return;
    this.stopping.abort();
    this.openRest();
    for (const worker of this.workers.values()) worker.kill(signal);
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Keeps the worker of one number running until the stop. */
  private async keep(number: number): Promise<void> {
    const backoff = new Backoff(this.options.firstWaitMs ?? FIRST_WAIT_MS, LONGEST_WAIT_MS);
    while (!this.isStopping()) {
      const startedAt = performance.now();
      const worker = this.launch(number);
      const end = await worker.ended;
      this.workers.delete(number);
      this.metrics.ended(worker);
      if (this.isStopping()) this.isClean &&= !worker.hasStarted || end.exitCode === 0;
      else this.lost(number, worker, end);
      if (performance.now() - startedAt > WELL_MS) backoff.reset();
      // Workers that were lost together must not start together, each with all cores for its compilation.
      await sleepUnlessAborted(backoff.next() * (0.5 + Math.random() / 2), this.stopping.signal);
    }
  }

  private launch(number: number): WorkerProcess {
    const worker: WorkerProcess = new WorkerProcess(this.options.fork(number), {
      onStarted: () => {
        this.logger.log({ event: 'worker.started', worker: number, pid: worker.pid });
        this.openRest();
      },
      onReportsWanted: () => this.metrics.reports(),
    });
    this.workers.set(number, worker);
    return worker;
  }

  private lost(number: number, { pid, hasStarted }: WorkerProcess, end: WorkerEnd): void {
    if (!hasStarted && this.workers.size === 0) {
      this.failure = new WorkersCannotStart(end);
      this.stopping.abort();
      this.openRest();
      return;
    }
    const { sentence: reason, ...facts } = end;
    workersLost.inc({ cause: end.cause });
    const cause = { ...facts, ...(reason !== undefined && { reason }) };
    this.logger.error({ event: 'worker.lost', worker: number, pid, ...cause });
  }
}
