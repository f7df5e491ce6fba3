import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { Changes } from './changes.js';

/** What a controller needs that changes the configuration. */
@Module({
  imports: [AccessModule],
  providers: [Changes],
  exports: [Changes, AccessModule],
})
export class ChangesModule {}
