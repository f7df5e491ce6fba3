import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { EventLogModule } from '../../event-log/event-log.module.js';
import { SecretsModule } from '../../secrets/secrets.module.js';
import { OutgoingHttpModule } from '../http/outgoing-http.module.js';
import { BatchDelivery } from './batch-delivery.js';
import { DeadLetters } from './dead-letters.js';
import { DeliveryEngine } from './delivery-engine.js';
import { DeliverySupervisor } from './delivery-supervisor.js';
import { DestinationDirectory } from './destination-directory.js';
import { DestinationPauser } from './destination-pauser.js';
import { DestinationReader } from './destination-reader.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { RedisClients } from './redis/redis-clients.js';
import { RedisModule } from './redis/redis.module.js';
import { RETRY_QUEUE } from './retry/alarm.js';
import { RetryAttempt } from './retry/retry-attempt.js';
import { RetryClock } from './retry/retry-clock.js';
import { RetryLanes } from './retry/retry-lanes.js';
import { RetryLedger } from './retry/retry-ledger.js';
import { RetrySweeper } from './retry/retry-sweeper.js';
import { RetryProcessor } from './retry/retry.processor.js';
import { Terminal } from './terminal.js';

const bull = BullModule.forRootAsync({
  imports: [RedisModule],
  inject: [RedisClients],
  useFactory: (clients: RedisClients) => ({ prefix: 'tributary', createClient: () => clients.create() }),
});

/** The worker's side: from the events topic to the destinations (DESIGN 4, below the line). */
@Module({
  imports: [
    EventLogModule,
    DatabaseModule,
    OutgoingHttpModule,
    RedisModule,
    SecretsModule,
    bull,
    BullModule.registerQueue({ name: RETRY_QUEUE }),
  ],
  providers: [
    BatchDelivery,
    DeadLetters,
    DeliveryEngine,
    DeliverySupervisor,
    DestinationDirectory,
    DestinationPauser,
    DestinationReader,
    OutcomeRecorder,
    RetryAttempt,
    RetryClock,
    RetryLanes,
    RetryLedger,
    RetryProcessor,
    RetrySweeper,
    Terminal,
  ],
})
export class DeliveryModule {}
