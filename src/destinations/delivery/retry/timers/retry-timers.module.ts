import { Module } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import type { Queue } from 'bull';
import { Config } from '../../../../config/config.js';
import { type RetryTimer } from '../../ledger/retry-ledger.js';
import { BullTimers } from './bull-timers.js';
import { ProcessTimers } from './process-timers.js';
import { RedisClients } from './redis-clients.js';
import { RetryTimers } from './retry-timers.js';

/** Bull with a REDIS_URL, timers in this process without: then Bull is not even imported. */
async function timersFor({ REDIS_URL }: Config, loader: LazyModuleLoader): Promise<RetryTimers> {
  if (REDIS_URL === undefined) return new ProcessTimers();
  const { RETRY_QUEUE_TOKEN, RetryQueueModule } = await import('./retry-queue.module.js');
  const module = await loader.load(() => RetryQueueModule);
  const queue = module.get<Queue<RetryTimer>>(RETRY_QUEUE_TOKEN, { strict: false });
  return new BullTimers(queue, module.get(RedisClients, { strict: false }));
}

@Module({
  providers: [{ provide: RetryTimers, inject: [Config, LazyModuleLoader], useFactory: timersFor }],
  exports: [RetryTimers],
})
export class RetryTimersModule {}
