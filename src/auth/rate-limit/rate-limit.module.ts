import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../../config/config.js';
import { LocalRateLimiter } from './local-rate-limiter.js';
import { RateLimiter } from './rate-limiter.js';
import { RedisWindows } from './redis-windows.js';
import { SharedRateLimiter } from './shared-rate-limiter.js';

/** Rate limits: shared by all instances with Redis, of this process without it. */
@Module({
  providers: [
    {
      provide: RateLimiter,
      inject: [Config],
      useFactory: async ({ REDIS_URL }: Config): Promise<RateLimiter> => {
        if (REDIS_URL === undefined) return new LocalRateLimiter();
        const limiter = new SharedRateLimiter(new RedisWindows(REDIS_URL));
        await limiter.open();
        return limiter;
      },
    },
  ],
  exports: [RateLimiter],
})
export class RateLimitModule implements OnApplicationShutdown {
  constructor(private readonly limiter: RateLimiter) {}

  async onApplicationShutdown(): Promise<void> {
    await this.limiter.close();
  }
}
