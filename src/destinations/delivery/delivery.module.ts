import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { EventLogModule } from '../../event-log/event-log.module.js';
import { ConditionsModule } from '../../health/conditions.module.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { SecretsModule } from '../../secrets/secrets.module.js';
import { BulkheadModule } from '../bulkhead/bulkhead.module.js';
import { AllowedTypes } from '../settings/allowed-types.js';
import { OutgoingModule } from '../outgoing/outgoing.module.js';
import { BacklogWatch } from './backlog/backlog-watch.js';
import { ShedTotals } from './backlog/shed-totals.js';
import { HandlerCalls } from './call/handler-calls.js';
import { OpenHandlers } from './call/open-handlers.js';
import { terminal } from './call/terminal.js';
import { BacklogShedding } from './consume/backlog-shedding.js';
import { BatchAttempt } from './consume/batch-attempt.js';
import { BatchDelivery } from './consume/batch-delivery.js';
import { BatchPosition } from './consume/batch-position.js';
import { DeliverySupervisor } from './consume/delivery-supervisor.js';
import { FilteredEvents } from './consume/filtered-events.js';
import { OutcomeRecorder } from './consume/outcome-recorder.js';
import { DestinationDirectory } from './directory/destination-directory.js';
import { DestinationPauser } from './directory/destination-pauser.js';
import { DestinationReader } from './directory/destination-reader.js';
import { DeliveryAdmission } from './engine/delivery-admission.js';
import { Circuits } from './engine/circuits.js';
import { DeliveryEngine } from './engine/delivery-engine.js';
import { DeadLetterIndex } from './ledger/dead-letter-index.js';
import { DeadLetterWriter } from './ledger/dead-letter-writer.js';
import { DeliveryLog } from './ledger/delivery-log.js';
import { DeliveryRetention } from './ledger/delivery-retention.js';
import { RetryLedger } from './ledger/retry-ledger.js';
import { UserOrder } from './ledger/user-order.js';
import { WaitingLimit } from './ledger/waiting-limit.js';
import { WorkspaceRoom } from './quotas/workspace-room.js';
import { RetryAttempt } from './retry/retry-attempt.js';
import { RetryLanes } from './retry/retry-lanes.js';
import { RetryRecorder } from './retry/retry-recorder.js';
import { RetrySweeper } from './retry/retry-sweeper.js';
import { RetryTimersModule } from './retry/timers/retry-timers.module.js';

const DIRECTORY = [DestinationDirectory, DestinationPauser, DestinationReader, AllowedTypes];
const QUOTAS = [WorkspaceRoom];
const LEDGER = [
  DeadLetterIndex,
  DeadLetterWriter,
  DeliveryLog,
  DeliveryRetention,
  RetryLedger,
  UserOrder,
  WaitingLimit,
];
const BACKLOG = [BacklogWatch, ShedTotals];
const CALL = [HandlerCalls, OpenHandlers, terminal];
const ENGINE = [DeliveryAdmission, Circuits, DeliveryEngine];
const RETRY = [RetryAttempt, RetryLanes, RetryRecorder, RetrySweeper];
const CONSUME = [
  BacklogShedding,
  BatchAttempt,
  BatchDelivery,
  BatchPosition,
  DeliverySupervisor,
  FilteredEvents,
  OutcomeRecorder,
];

/** The worker's side: from the events topic to the destinations (DESIGN 4). Exports what replays share with it. */
@Module({
  imports: [
    BulkheadModule,
    EventLogModule,
    DatabaseModule,
    ConditionsModule,
    MetricsModule,
    OutgoingModule,
    SecretsModule,
    RetryTimersModule,
  ],
  providers: [...DIRECTORY, ...QUOTAS, ...LEDGER, ...BACKLOG, ...CALL, ...ENGINE, ...RETRY, ...CONSUME],
  exports: [
    DeliveryAdmission,
    DeadLetterWriter,
    DestinationDirectory,
    RetryLedger,
    RetryTimersModule,
    WaitingLimit,
  ],
})
export class DeliveryModule {}
