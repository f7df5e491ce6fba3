import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { Sources } from './sources.js';
import { SourcesController } from './sources.controller.js';

@Module({
  imports: [ChangesModule],
  controllers: [SourcesController],
  providers: [Sources],
  exports: [Sources],
})
export class SourcesModule {}
