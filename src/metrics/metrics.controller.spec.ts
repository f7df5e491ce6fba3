import { expect, it } from 'vitest';
import { deduplicationSkipped, messageOutcomes } from './counters.js';
import { Gauges } from './gauges.js';
import { MetricsController } from './metrics.controller.js';
import { type MetricReport, MetricsOfWorkers } from './metrics-of-workers.js';
import { ProcessMetrics } from './process-metrics.js';

it('shows counters and process metrics, also with several controllers in one process', async () => {
  messageOutcomes.inc({ outcome: 'rejected', code: 'event_too_large' });
  deduplicationSkipped.inc(0);
  for (const controller of [1, 2].map(() => new MetricsController(new Gauges(), new ProcessMetrics()))) {
    const text = await controller.read();
    expect(text).toMatch(/^tributary_messages_total\{outcome="rejected",code="event_too_large"\} \d+$/m);
    expect(text).toMatch(/^tributary_deduplication_skipped_total \d+$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
  }
});

it('measures a gauge at each scrape, and omits one without a value', async () => {
  const gauges = new Gauges();
  let age: number | undefined = 3;
  gauges.add({ name: 'tributary_age_seconds', help: 'Age.', read: () => age });
  gauges.addLabelled({ name: 'tributary_keys', help: 'Keys.', label: 'from', read: () => ({ disk: 2 }) });
  const controller = new MetricsController(gauges, new ProcessMetrics());
  expect(await controller.read()).toMatch(/^tributary_age_seconds 3$[^]*^tributary_keys\{from="disk"\} 2$/m);
  age = undefined;
  expect(await controller.read()).not.toMatch(/^tributary_age_seconds \d/m);
});

/** Two workers, of which the other one has a gauge that this one has too. */
class TwoWorkers extends MetricsOfWorkers {
  isAnswering = true;
  private own: () => Promise<MetricReport> = () => Promise.resolve([]);

  constructor(private readonly other: Gauges) {
    super();
  }
  override answerWith(own: () => Promise<MetricReport>): void {
    this.own = own;
  }
  override async reports(): Promise<readonly MetricReport[] | undefined> {
    return this.isAnswering ? [await this.own(), await this.other.registry.getMetricsAsJSON()] : undefined;
  }
}

it('shows the metrics of all workers together, and none when it cannot have them', async () => {
  const gaugesOf = (up: number) => {
    const gauges = new Gauges();
    gauges.add({ name: 'tributary_open', help: 'Open.', read: () => up + 1 });
    gauges.add({ name: 'tributary_up', help: 'Up.', together: 'min', read: () => up });
    const read = () => ({ disk: up });
    gauges.addLabelled({ name: 'tributary_kept', help: 'Kept.', label: 'from', together: 'max', read });
    return gauges;
  };
  const workers = new TwoWorkers(gaugesOf(0));
  const controller = new MetricsController(gaugesOf(1), new ProcessMetrics(), workers);
  const text = await controller.read();
  expect(text).toMatch(/^tributary_open 3$[^]*^tributary_up 0$[^]*^tributary_kept\{from="disk"\} 1$/m);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  workers.isAnswering = false;
  await expect(controller.read()).rejects.toMatchObject({ status: 503 });
});
