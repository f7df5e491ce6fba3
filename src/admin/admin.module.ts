import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { AdminGuard } from './access/admin.guard.js';
import { TokenCheck } from './access/token-check.js';
import { Changes } from './changes/changes.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { readBody } from './read-body.js';
import { UnknownPathController } from './unknown-path.controller.js';
import { Workspaces } from './workspaces/workspaces.js';
import { WorkspacesController } from './workspaces/workspaces.controller.js';

/** The administration under `/admin/v1` (DESIGN 5.7). */
@Module({
  imports: [DatabaseModule],
  controllers: [WorkspacesController, UnknownPathController],
  providers: [AdminGuard, Changes, ProblemFilter, TokenCheck, Workspaces],
})
export class AdminModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(readBody).forRoutes('admin/{*path}');
  }
}
