import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { Workspaces } from './workspaces.js';
import { WorkspacesController } from './workspaces.controller.js';

@Module({
  imports: [ChangesModule],
  controllers: [WorkspacesController],
  providers: [Workspaces],
  exports: [Workspaces],
})
export class WorkspacesModule {}
