import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { TokenCheck } from './token-check.js';

/** What the guard of every controller under `/admin/v1` needs. */
@Module({
  imports: [DatabaseModule],
  providers: [TokenCheck],
  exports: [TokenCheck, DatabaseModule],
})
export class AccessModule {}
