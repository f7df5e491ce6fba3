import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { WriteKeyGuard } from './write-key.guard.js';
import { WriteKeySnapshot } from './write-key-snapshot.js';

@Module({
  imports: [DatabaseModule],
  providers: [WriteKeySnapshot, WriteKeyGuard],
  exports: [WriteKeySnapshot, WriteKeyGuard],
})
export class AuthModule {}
