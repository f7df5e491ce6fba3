import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { FailedTokens } from './failed-tokens.js';
import { TokenCheck } from './token-check.js';

/** What the routes under `/admin` need to identify their callers. */
@Module({
  imports: [DatabaseModule],
  providers: [TokenCheck, FailedTokens, ProblemFilter],
  exports: [TokenCheck, ProblemFilter, DatabaseModule],
})
export class AccessModule {}
