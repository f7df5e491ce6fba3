import { Module } from '@nestjs/common';
import { ChangesModule } from '../changes/changes.module.js';
import { SourcesModule } from '../sources/sources.module.js';
import { WriteKeyUsageController } from '../write-key-usage/usage.controller.js';
import { Rotation } from './rotation.js';
import { WriteKeyRotationController } from './rotation.controller.js';
import { WriteKeys } from './write-keys.js';
import { WriteKeysController } from './write-keys.controller.js';

@Module({
  imports: [ChangesModule, SourcesModule],
  controllers: [WriteKeysController, WriteKeyRotationController, WriteKeyUsageController],
  providers: [WriteKeys, Rotation],
  exports: [WriteKeys],
})
export class WriteKeysModule {}
