import { expect, it } from 'vitest';
import { deduplicationSkipped, messageOutcomes } from './counters.js';
import { MetricsController } from './metrics.controller.js';
import { ProcessMetrics } from './process-metrics.js';

it('shows what is counted here and what the process needs, also when several are in one process', async () => {
  messageOutcomes.inc({ outcome: 'rejected', code: 'event_too_large' });
  deduplicationSkipped.inc(0);
  for (const controller of [1, 2].map(() => new MetricsController(new ProcessMetrics()))) {
    const text = await controller.read();
    expect(text).toMatch(/^tributary_messages_total\{outcome="rejected",code="event_too_large"\} \d+$/m);
    expect(text).toMatch(/^tributary_deduplication_skipped_total \d+$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
  }
});
