import { type WorkerPlace } from '../config/workers.js';
import { type MetricReport, MetricsOfWorkers } from '../metrics/metrics-of-workers.js';
import { BEAT_MS, type ToSupervisor, type ToWorker } from './messages.js';
import { Requests } from './requests.js';

/** Longer than the supervisor waits for the reports of the workers, in ms. */
const REPORTS_MS = 4_000;

/** The supervisor, seen from a worker. Node ends a worker when its supervisor has ended. */
export class SupervisorLink extends MetricsOfWorkers {
  private readonly requests = new Requests<readonly MetricReport[]>(REPORTS_MS);
  private own: () => Promise<MetricReport> = () => Promise.resolve([]);

  constructor(readonly place: WorkerPlace) {
    super();
    process.on('message', (message) => void this.receive(message as ToWorker));
  }

  /** From now on the supervisor expects signs of life, and starts the other workers. */
  started(): void {
    this.send({ kind: 'started' });
    setInterval(() => this.send({ kind: 'beat' }), BEAT_MS).unref();
  }

  /** Resolves when the supervisor has the sentence, or cannot have it. */
  failed(sentence: string): Promise<void> {
    return new Promise((resolve) => this.send({ kind: 'failed', sentence }, resolve));
  }

  override answerWith(own: () => Promise<MetricReport>): void {
    this.own = own;
  }

  override reports(): Promise<readonly MetricReport[] | undefined> {
    return this.requests.ask((id) => this.send({ kind: 'reports.wanted', id }));
  }

  private async receive(message: ToWorker): Promise<void> {
    if (message.kind === 'reports') this.requests.answer(message.id, message.reports);
    else this.send({ kind: 'report', id: message.id, report: await this.own() });
  }

  private send(message: ToSupervisor, done: () => void = () => undefined): void {
    if (process.connected && process.send) process.send(message, undefined, undefined, () => done());
    else done();
  }
}
