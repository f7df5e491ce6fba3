import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { WorkspacesModule } from '../workspaces/workspaces.module.js';
import { MeController } from './me.controller.js';

@Module({
  imports: [AccessModule, WorkspacesModule],
  controllers: [MeController],
})
export class MeModule {}
