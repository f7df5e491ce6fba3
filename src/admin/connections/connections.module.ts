import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { Connections } from './connections.js';
import { ConnectionsController } from './connections.controller.js';

@Module({
  imports: [ChangesModule],
  controllers: [ConnectionsController],
  providers: [Connections],
  exports: [Connections],
})
export class ConnectionsModule {}
