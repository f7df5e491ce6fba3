import { AggregatorRegistry, Gauge, Registry } from 'prom-client';
import { counters } from '../metrics/counters.js';
import { type MetricReport } from '../metrics/metrics-of-workers.js';
import { type WorkerProcess } from './worker-process.js';

/** Kinds of metrics that only grow. What a worker has counted stays true when it has ended. */
const COUNTS: ReadonlySet<string> = new Set(['counter', 'histogram']);

/**
 * The metrics of all workers. Counts of ended workers stay in the sum, as of their last report: a sum that falls would look to
 * Prometheus like a restart of all workers, after which it counts everything a second time.
 */
export class CollectedMetrics {
  private readonly own = new Registry();
  private ofEnded: Promise<MetricReport> = Promise.resolve([]);

  constructor(private readonly running: () => readonly WorkerProcess[]) {
    new Gauge({
      name: 'tributary_workers',
      help: 'Worker processes that serve calls.',
      registers: [this.own],
      collect() {
        this.set(running().filter(({ hasStarted }) => hasStarted).length);
      },
    });
  }

  async reports(): Promise<readonly MetricReport[]> {
    // Before the workers are asked: one that ends meanwhile is still among those that report.
    const { ofEnded } = this;
    const reports = await Promise.all(this.running().map((worker) => worker.report()));
    const own = await Registry.merge([this.own, counters]).getMetricsAsJSON();
    return [own, await ofEnded, ...reports];
  }

  ended({ lastReport }: WorkerProcess): void {
    const counts = lastReport.filter(({ type }) => COUNTS.has(String(type)));
    this.ofEnded = this.ofEnded.then((before) =>
      AggregatorRegistry.aggregate([[...before], counts]).getMetricsAsJSON(),
    );
  }
}
