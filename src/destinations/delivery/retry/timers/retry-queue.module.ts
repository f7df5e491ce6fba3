import { BullModule, getQueueToken } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { RETRY_QUEUE } from './bull-timers.js';
import { RedisClients } from './redis-clients.js';

@Module({
  providers: [
    {
      provide: RedisClients,
      inject: [Config],
      useFactory: ({ REDIS_URL = '' }: Config) => new RedisClients(REDIS_URL),
    },
  ],
  exports: [RedisClients],
})
class RedisClientsModule {}

export const RETRY_QUEUE_TOKEN = getQueueToken(RETRY_QUEUE);

const queue = BullModule.registerQueueAsync({
  name: RETRY_QUEUE,
  imports: [RedisClientsModule],
  inject: [RedisClients],
  useFactory: (clients: RedisClients) => ({ prefix: 'tributary', createClient: () => clients.create() }),
});

/** The Bull queue and its clients; loaded only where there is a REDIS_URL. */
@Module({ imports: [queue, RedisClientsModule], exports: [queue, RedisClientsModule] })
export class RetryQueueModule {}
