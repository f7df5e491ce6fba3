import { type Worker } from 'node:cluster';
import { type MetricReport } from '../metrics/metrics-of-workers.js';
import { BEAT_MS, type ToSupervisor, type ToWorker } from './messages.js';
import { Requests } from './requests.js';
import { type WorkerEnd, workerEnd } from './worker-end.js';

/** What a worker tells, apart from its metrics. */
export interface WorkerEvents {
  readonly onStarted: () => void;
  /** It wants the metrics of all workers. */
  readonly onReportsWanted: () => Promise<readonly MetricReport[]>;
}

/** What the supervisor uses of a worker of node:cluster. */
export type ForkedWorker = Pick<Worker, 'on' | 'once' | 'send' | 'isConnected' | 'process'>;

/** A worker gets this long to report its metrics, in ms. Then its last report counts. */
const REPORT_MS = 2_000;
/** A started worker without a sign of life for so many intervals is replaced: its event loop does not turn. */
const SILENT_BEATS = 6;

/** One worker process, seen from the supervisor. It never restarts: the supervisor replaces it. */
export class WorkerProcess {
  readonly ended: Promise<WorkerEnd>;
  /** Its newest metrics that are known. */
  lastReport: MetricReport = [];
  private readonly requests = new Requests<MetricReport>(REPORT_MS);
  private isServing = false;
  private silentBeats = 0;
  private isBlocked = false;
  private sentence: string | undefined;
  private readonly watchdog: NodeJS.Timeout;

  constructor(
    private readonly worker: ForkedWorker,
    private readonly events: WorkerEvents,
    beatMs = BEAT_MS,
  ) {
    worker.on('message', (message) => void this.receive(message as ToSupervisor));
    this.watchdog = setInterval(() => this.watch(), beatMs).unref();
    this.ended = new Promise((resolve) => {
      const end = (exitCode: number | null, signal: string | null): void => {
        clearInterval(this.watchdog);
        this.requests.end();
        const cause = this.isBlocked ? 'blocked' : this.isServing ? 'died' : 'not_started';
        resolve(workerEnd(cause, exitCode, signal, this.sentence));
      };
      worker.once('exit', end);
      // Without a process id there is no `exit`: the system had no process to give. Other errors are those of the channel.
      worker.on('error', () => (worker.process.pid === undefined ? end(null, null) : undefined));
    });
  }

  get pid(): number | undefined {
    return this.worker.process.pid;
  }

  /** Whether it serves calls, or did so until it ended. */
  get hasStarted(): boolean {
    return this.isServing;
  }

  kill(signal: NodeJS.Signals): void {
    this.worker.process.kill(signal);
  }

  /** Its metrics now; the last ones known when it does not answer. */
  async report(): Promise<MetricReport> {
    const report = await this.requests.ask((id) => this.send({ kind: 'report.wanted', id }));
    this.lastReport = report ?? this.lastReport;
    return this.lastReport;
  }

  private async receive(message: ToSupervisor): Promise<void> {
    this.silentBeats = 0;
    switch (message.kind) {
      case 'started':
        this.isServing = true;
        this.events.onStarted();
        return;
      case 'failed':
        this.sentence = message.sentence;
        return;
      case 'report':
        this.requests.answer(message.id, message.report);
        return;
      case 'reports.wanted':
        this.send({ kind: 'reports', id: message.id, reports: await this.events.onReportsWanted() });
        return;
      case 'beat':
    }
  }

  private send(message: ToWorker): void {
    // An error means that the worker is ending: its exit is reported by an event of its own.
    if (this.worker.isConnected()) this.worker.send(message, () => undefined);
  }

  private watch(): void {
    this.silentBeats += 1;
    if (!this.isServing || this.silentBeats < SILENT_BEATS) return;
    this.isBlocked = true;
    this.kill('SIGKILL');
  }
}
