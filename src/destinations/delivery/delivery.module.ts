import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { EventLogModule } from '../../event-log/event-log.module.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { SecretsModule } from '../../secrets/secrets.module.js';
import { OutgoingModule } from '../outgoing/outgoing.module.js';
import { ReplayClaims } from '../replay/replay-claims.js';
import { ReplayDelivery } from '../replay/replay-delivery.js';
import { ReplayPlanModule } from '../replay/replay-plan.module.js';
import { ReplayRecorder } from '../replay/replay-recorder.js';
import { ReplayRunner } from '../replay/replay-runner.js';
import { ReplayWorker } from '../replay/replay-worker.js';
import { BatchAttempt } from './consume/batch-attempt.js';
import { BatchDelivery } from './consume/batch-delivery.js';
import { Circuits } from './engine/circuits.js';
import { DeadLetterIndex } from './ledger/dead-letter-index.js';
import { DeadLetterWriter } from './ledger/dead-letter-writer.js';
import { DeliveryEngine } from './engine/delivery-engine.js';
import { DeliveryLog } from './ledger/delivery-log.js';
import { DeliverySupervisor } from './consume/delivery-supervisor.js';
import { DestinationDirectory } from './directory/destination-directory.js';
import { Exclusions } from './consume/exclusions.js';
import { HandlerCalls } from './call/handler-calls.js';
import { OpenHandlers } from './call/open-handlers.js';
import { DestinationPauser } from './directory/destination-pauser.js';
import { DestinationReader } from './directory/destination-reader.js';
import { OutcomeRecorder } from './consume/outcome-recorder.js';
import { RedisClients } from './retry/redis/redis-clients.js';
import { RedisModule } from './retry/redis/redis.module.js';
import { DeliveryRetention } from './ledger/delivery-retention.js';
import { RETRY_QUEUE } from './ledger/retry-timer.js';
import { RetryAttempt } from './retry/retry-attempt.js';
import { RetryTimers } from './retry/retry-timers.js';
import { RetryLanes } from './retry/retry-lanes.js';
import { RetryLedger } from './ledger/retry-ledger.js';
import { RetryRecorder } from './retry/retry-recorder.js';
import { RetrySweeper } from './retry/retry-sweeper.js';
import { RetryProcessor } from './retry/retry.processor.js';
import { terminal } from './call/terminal.js';
import { UserOrder } from './ledger/user-order.js';

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
    DeadLetterWriter,
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
    DeliveryRetention,
    RetryAttempt,
    RetryTimers,
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
