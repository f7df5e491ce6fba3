import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { DestinationAdminModule } from '../destinations/destinations.module.js';
import { SourcesModule } from '../sources/sources.module.js';
import { WorkspacesModule } from '../workspaces/workspaces.module.js';
import { WriteKeysModule } from '../write-keys/write-keys.module.js';
import { Apply } from './apply.js';
import { DeclarativeController } from './declarative.controller.js';
import { Export } from './export.js';
import { PlanWriter } from './plan-writer.js';

@Module({
  imports: [
    ChangesModule,
    WorkspacesModule,
    SourcesModule,
    WriteKeysModule,
    DestinationAdminModule,
    ConnectionsModule,
  ],
  controllers: [DeclarativeController],
  providers: [Export, Apply, PlanWriter],
})
export class DeclarativeModule {}
