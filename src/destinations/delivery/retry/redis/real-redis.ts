import { Redis } from 'ioredis';

/** What Bull asks of clients that it is given. */
export const BULL_OPTIONS = { maxRetriesPerRequest: null, enableReadyCheck: false };

const LONGEST_WAIT_MS = 2_000;

/** Each call of what is returned is one more client of a Redis server; it comes back by itself when the server does. */
export function realRedis(url: string): () => Redis {
  const retryStrategy = (times: number): number => Math.min(times * 100, LONGEST_WAIT_MS);
  return () => new Redis(url, { ...BULL_OPTIONS, retryStrategy });
}
