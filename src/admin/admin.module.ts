import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { ReplayPlanModule } from '../destinations/replay/replay-plan.module.js';
import { TestDeliveryModule } from '../destinations/test-delivery/test-delivery.module.js';
import { AdminGuard } from './access/admin.guard.js';
import { TokenCheck } from './access/token-check.js';
import { AuditLog } from './audit-log/audit-log.js';
import { AuditLogController } from './audit-log/audit-log.controller.js';
import { WorkspaceAuditLogController } from './audit-log/workspace-audit-log.controller.js';
import { Changes } from './changes/changes.js';
import { Connections } from './connections/connections.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { Apply } from './declarative/apply.js';
import { DeclarativeController } from './declarative/declarative.controller.js';
import { Export } from './declarative/export.js';
import { Writing } from './declarative/writing.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { Explanation } from './deliveries/explanation.js';
import { DestinationActionsController } from './destination-actions/destination-actions.controller.js';
import { DestinationSettings } from './destinations/destination-settings.js';
import { DestinationTest } from './destination-actions/destination-test.js';
import { Destinations } from './destinations/destinations.js';
import { DestinationsController } from './destinations/destinations.controller.js';
import { DestinationTypesController } from './destination-types/destination-types.controller.js';
import { MeController } from './me/me.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { readBody } from './read-body.js';
import { ReplayPlanning } from './replays/replay-planning.js';
import { Replays } from './replays/replays.js';
import { ReplaysController } from './replays/replays.controller.js';
import { Sources } from './sources/sources.js';
import { SourcesController } from './sources/sources.controller.js';
import { InstanceTokensController } from './tokens/instance-tokens.controller.js';
import { Tokens } from './tokens/tokens.js';
import { WorkspaceTokensController } from './tokens/workspace-tokens.controller.js';
import { UnknownPathController } from './unknown-path.controller.js';
import { Workspaces } from './workspaces/workspaces.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';
import { Rotation } from './write-keys/rotation.js';
import { WriteKeyRotationController } from './write-keys/rotation.controller.js';
import { WriteKeyUsageController } from './write-key-usage/usage.controller.js';
import { WriteKeys } from './write-keys/write-keys.js';
import { WriteKeysController } from './write-keys/write-keys.controller.js';

/** The administration under `/admin/v1` (DESIGN 5.7). */
@Module({
  imports: [DatabaseModule, ReplayPlanModule, TestDeliveryModule],
  controllers: [
    WorkspacesController,
    AuditLogController,
    WorkspaceAuditLogController,
    SourcesController,
    WriteKeysController,
    WriteKeyRotationController,
    WriteKeyUsageController,
    WorkspaceTokensController,
    InstanceTokensController,
    MeController,
    DestinationTypesController,
    DestinationsController,
    DestinationActionsController,
    DeadLettersController,
    DeliveriesController,
    ConnectionsController,
    DeclarativeController,
    ReplaysController,
    UnknownPathController,
  ],
  providers: [
    AdminGuard,
    AuditLog,
    Changes,
    ProblemFilter,
    TokenCheck,
    Workspaces,
    Sources,
    WriteKeys,
    Rotation,
    Tokens,
    DestinationSettings,
    DestinationTest,
    Destinations,
    DeadLetters,
    Explanation,
    Connections,
    Replays,
    ReplayPlanning,
    Export,
    Apply,
    Writing,
  ],
})
export class AdminModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(readBody).forRoutes('admin/{*path}');
  }
}
