import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { EventLogModule } from '../../event-log/event-log.module.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { SecretsModule } from '../../secrets/secrets.module.js';
import { OutgoingModule } from '../network/outgoing.module.js';
import { ReplayClaims } from '../replay/replay-claims.js';
import { ReplayDelivery } from '../replay/replay-delivery.js';
import { ReplayPlanModule } from '../replay/replay-plan.module.js';
import { ReplayRecorder } from '../replay/replay-recorder.js';
import { ReplayRunner } from '../replay/replay-runner.js';
import { ReplayWorker } from '../replay/replay-worker.js';
import { BatchAttempt } from './batch-attempt.js';
import { BatchDelivery } from './batch-delivery.js';
import { Circuits } from './circuit/circuits.js';
import { DeadLetterIndex } from './dead-letter-index.js';
import { DeadLetters } from './dead-letters.js';
import { DeliveryEngine } from './delivery-engine.js';
import { DeliveryLog } from './delivery-log.js';
import { DeliverySupervisor } from './delivery-supervisor.js';
import { DestinationDirectory } from './destination-directory.js';
import { Exclusions } from './exclusions.js';
import { HandlerCalls } from './handler-calls.js';
import { OpenHandlers } from './open-handlers.js';
import { DestinationPauser } from './destination-pauser.js';
import { DestinationReader } from './destination-reader.js';
import { OutcomeRecorder } from './outcome-recorder.js';
import { RedisClients } from './redis/redis-clients.js';
import { RedisModule } from './redis/redis.module.js';
import { Retention } from './retention.js';
import { RETRY_QUEUE } from './retry/alarm.js';
import { RetryAttempt } from './retry/retry-attempt.js';
import { RetryClock } from './retry/retry-clock.js';
import { RetryLanes } from './retry/retry-lanes.js';
import { RetryLedger } from './retry/retry-ledger.js';
import { RetryRecorder } from './retry/retry-recorder.js';
import { RetrySweeper } from './retry/retry-sweeper.js';
import { RetryProcessor } from './retry/retry.processor.js';
import { terminal } from './terminal.js';
import { UserOrder } from './user-order.js';

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
    MetricsModule,
    OutgoingModule,
    RedisModule,
    SecretsModule,
    ReplayPlanModule,
    bull,
    BullModule.registerQueue({ name: RETRY_QUEUE }),
  ],
  providers: [
    BatchAttempt,
    BatchDelivery,
    Circuits,
    DeadLetterIndex,
    DeadLetters,
    DeliveryEngine,
    DeliveryLog,
    DeliverySupervisor,
    DestinationDirectory,
    DestinationPauser,
    DestinationReader,
    Exclusions,
    HandlerCalls,
    OpenHandlers,
    OutcomeRecorder,
    ReplayClaims,
    ReplayDelivery,
    ReplayRecorder,
    ReplayRunner,
    ReplayWorker,
    Retention,
    RetryAttempt,
    RetryClock,
    RetryLanes,
    RetryLedger,
    RetryProcessor,
    RetryRecorder,
    RetrySweeper,
    terminal,
    UserOrder,
  ],
})
export class DeliveryModule {}
