import { Module } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { Bulkhead } from './bulkhead.js';
import { CHILD_ENTRY } from './child-entry.js';

/** Long enough for the largest Parquet file on a busy machine, in ms. */
const BLOCKED_MS = 3_000;

/** The delivery processes of this process. None starts before the first call of an isolated type. */
@Module({
  providers: [
    {
      provide: Bulkhead,
      inject: [Config],
      useFactory: (config: Config) =>
        new Bulkhead({
          entry: CHILD_ENTRY,
          processes: config.DELIVERY_PROCESSES,
          heapMib: config.DELIVERY_PROCESS_MIB,
          allowedCidrs: config.DESTINATION_ALLOWED_CIDRS,
          nameServers: config.DNS_SERVERS,
          blockedMs: BLOCKED_MS,
        }),
    },
  ],
  exports: [Bulkhead],
})
export class BulkheadModule {}
