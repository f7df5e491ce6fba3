import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { Gauges } from '../../metrics/gauges.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { Bulkhead } from './bulkhead.js';
import { CHILD_ENTRY } from './child-entry.js';

/** Long enough for the largest Parquet file on a busy machine, in ms. */
const BLOCKED_MS = 3_000;

/** The delivery processes of this process. None starts before the first call of an isolated type. */
@Module({
  imports: [MetricsModule],
  providers: [
    {
      provide: Bulkhead,
      inject: [Config, Gauges],
      useFactory: (config: Config, gauges: Gauges) => {
        const bulkhead = new Bulkhead({
          entry: CHILD_ENTRY,
          processes: config.DELIVERY_PROCESSES,
          heapMib: config.DELIVERY_PROCESS_MIB,
          allowedCidrs: config.DESTINATION_ALLOWED_CIDRS,
          nameServers: config.DNS_SERVERS,
          blockedMs: BLOCKED_MS,
        });
        gauges.add({
          name: 'tributary_destinations_suspected',
          help: 'Destinations that run alone in a delivery process, because one was lost while they were at work.',
          read: () => bulkhead.suspected,
        });
        return bulkhead;
      },
    },
  ],
  exports: [Bulkhead],
})
export class BulkheadModule {}
