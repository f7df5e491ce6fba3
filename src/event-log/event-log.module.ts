import { join } from 'node:path';
import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Appender } from './appender.js';
import { EventLog } from './event-log.js';
import { KafkaLog } from './kafka/kafka-log.js';
import { LocalLog } from './local/local-log.js';
import { Reader } from './reader.js';

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;

/** Kafka when KAFKA_BROKERS is set, else the local log. */
export function createEventLog(config: Config): EventLog {
  const maxInFlightBytes = config.MAX_IN_FLIGHT_MIB * MIB;
  if (config.KAFKA_BROKERS !== undefined) return new KafkaLog(config, { maxInFlightBytes });
  return new LocalLog({
    directory: join(config.DATA_DIR, 'log'),
    retentionMs: config.LOCAL_LOG_RETENTION_HOURS * HOUR_MS,
    maxBytes: config.LOCAL_LOG_MAX_MIB * MIB,
    maxInFlightBytes,
  });
}

/** Starts the only event log of the process. It closes last: delivery and the HTTP server end in earlier shutdown hooks. */
@Module({
  providers: [
    {
      provide: EventLog,
      inject: [Config],
      useFactory: async (config: Config) => {
        const eventLog = createEventLog(config);
        await eventLog.start();
        return eventLog;
      },
    },
    { provide: Appender, useExisting: EventLog },
    { provide: Reader, useExisting: EventLog },
  ],
  exports: [Appender, Reader],
})
export class EventLogModule implements OnApplicationShutdown {
  constructor(@Inject(EventLog) private readonly eventLog: EventLog) {}

  async onApplicationShutdown(): Promise<void> {
    await this.eventLog.close();
  }
}
