import { type MetricObjectWithValues, type MetricValue } from 'prom-client';

/** The metrics of one process as values that can cross to another one. */
export type MetricReport = readonly MetricObjectWithValues<MetricValue<string>>[];

/** Port to the other workers of the machine, which only a worker has. */
export abstract class MetricsOfWorkers {
  /** Sets what this worker answers when the metrics of all are wanted. */
  abstract answerWith(own: () => Promise<MetricReport>): void;

  /** One report per worker, this one included, and what ended workers had counted; undefined when they cannot be had. */
  abstract reports(): Promise<readonly MetricReport[] | undefined>;
}
