import { Module } from '@nestjs/common';
import { Config } from '../../../../config/config.js';
import { embeddedRedis } from './embedded-redis.js';
import { realRedis } from './real-redis.js';
import { RedisClients } from './redis-clients.js';

/** The clock's Redis: a server by REDIS_URL, else one inside this process. */
@Module({
  providers: [
    {
      provide: RedisClients,
      inject: [Config],
      useFactory: async ({ REDIS_URL }: Config) =>
        new RedisClients(REDIS_URL === undefined ? await embeddedRedis() : realRedis(REDIS_URL)),
    },
  ],
  exports: [RedisClients],
})
export class RedisModule {}
