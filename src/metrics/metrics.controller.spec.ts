import { expect, it } from 'vitest';
import { deduplicationSkipped, messageOutcomes } from './counters.js';
import { Gauges } from './gauges.js';
import { MetricsController } from './metrics.controller.js';
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
