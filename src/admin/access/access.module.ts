import { Module } from '@nestjs/common';
import { DatabaseModule } from '../../database/database.module.js';
import { ProblemFilter } from '../problems/problem.filter.js';
import { AdminTokens } from './admin-tokens.js';
import { FailedTokens } from './failed-tokens.js';
import { TokenCheck } from './token-check.js';

/** What the routes under `/admin` need to identify their callers. */
@Module({
  imports: [DatabaseModule],
  providers: [AdminTokens, TokenCheck, FailedTokens, ProblemFilter],
  exports: [AdminTokens, TokenCheck, ProblemFilter, DatabaseModule],
})
export class AccessModule {}
