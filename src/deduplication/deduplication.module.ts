import { join } from 'node:path';
import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/config.js';
import { Deduplication } from './deduplication.js';
import { type DeduplicationStore } from './deduplication-store.js';
import { GuardedStore } from './guarded-store.js';
import { LocalIds } from './local/local-ids.js';
import { RedisIds } from './redis-ids.js';

const HOUR_MS = 3_600_000;
const MIB = 1_048_576;

/** Redis when REDIS_URL is set, so that several collectors can share it, else a folder on this machine. */
function createStore(config: Config): DeduplicationStore {
  const { REDIS_URL, DATA_DIR, DEDUPLICATION_HOURS, DEDUPLICATION_MAX_MIB } = config;
  const windowMs = DEDUPLICATION_HOURS * HOUR_MS;
  if (REDIS_URL !== undefined) return new RedisIds(REDIS_URL, windowMs);
  const directory = join(DATA_DIR, 'deduplication');
  return new LocalIds({ directory, windowMs, maxBytes: DEDUPLICATION_MAX_MIB * MIB, now: Date.now });
}

/** Opens the store of message ids and closes it at shutdown. DEDUPLICATION_HOURS=0 turns deduplication off. */
@Module({
  providers: [
    {
      provide: Deduplication,
      inject: [Config],
      useFactory: async (config: Config) => {
        if (config.DEDUPLICATION_HOURS === 0) return new Deduplication(undefined);
        const store = new GuardedStore(createStore(config));
        await store.open();
        return new Deduplication(store);
      },
    },
  ],
  exports: [Deduplication],
})
export class DeduplicationModule implements OnApplicationShutdown {
  constructor(private readonly deduplication: Deduplication) {}

  async onApplicationShutdown(): Promise<void> {
    await this.deduplication.close();
  }
}
