import { type MiddlewareConsumer, Module, type NestModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type Response } from 'express';
import { ArrivalsModule } from '../arrivals/arrivals.module.js';
import { AccessModule } from './access/access.module.js';
import { type AdminRequest } from './access/actor.js';
import { CheckToken } from './access/check-token.js';
import { AuditLogModule } from './audit-log/audit-log.module.js';
import { DestinationBacklogModule } from './backlog/destination-backlog.module.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { DeadLettersModule } from './dead-letters/dead-letters.module.js';
import { DeclarativeModule } from './declarative/declarative.module.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { DestinationActionsModule } from './destination-actions/destination-actions.module.js';
import { DestinationTypesModule } from './destination-types/destination-types.module.js';
import { DestinationAdminModule } from './destinations/destinations.module.js';
import { MeModule } from './me/me.module.js';
import { QuotasModule } from './quotas/quotas.module.js';
import { ReadBody } from './read-body.js';
import { ReplaysModule } from './replays/replays.module.js';
import { SourcesModule } from './sources/sources.module.js';
import { TokensModule } from './tokens/tokens.module.js';
import { UnknownPath } from './unknown-path.js';
import { WorkspacesModule } from './workspaces/workspaces.module.js';
import { WriteKeysModule } from './write-keys/write-keys.module.js';

/** The administration API under `/admin/v1` (DESIGN 5.7): one module per resource. */
@Module({
  imports: [
    AccessModule,
    ArrivalsModule,
    WorkspacesModule,
    QuotasModule,
    AuditLogModule,
    SourcesModule,
    WriteKeysModule,
    TokensModule,
    MeModule,
    DestinationTypesModule,
    DestinationAdminModule,
    DestinationActionsModule,
    DestinationBacklogModule,
    DeadLettersModule,
    DeliveriesModule,
    ConnectionsModule,
    DeclarativeModule,
    ReplaysModule,
  ],
  providers: [UnknownPath],
})
export class AdminModule implements NestModule, OnModuleInit {
  constructor(
    private readonly http: HttpAdapterHost,
    private readonly unknownPath: UnknownPath,
  ) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(CheckToken, ReadBody).forRoutes('admin/{*path}');
  }

  /** Nest calls this when the routes of all controllers are registered, so the fallback never hides one of them. */
  onModuleInit(): void {
    this.http.httpAdapter.all(UnknownPath.ROUTE, (request: AdminRequest, response: Response) =>
      this.unknownPath.answer(request, response),
    );
  }
}
