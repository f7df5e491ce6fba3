import { type Redis } from 'ioredis';
import { createIoredisMock } from 'js-redis-server';
import { BULL_OPTIONS } from './real-redis.js';

/** Its sockets do not say when they have closed; the client waits so long for it. */
const GOODBYE_MS = 10;

/** A Redis inside this process, for the embedded default: each call of what is returned is one more client of it. */
export async function embeddedRedis(): Promise<() => Redis> {
  const root = (await createIoredisMock()) as Redis;
  return () => withBlockingPop(root.duplicate({ ...BULL_OPTIONS, disconnectTimeout: GOODBYE_MS }));
}

/** The embedded server has BLMOVE, of which the BRPOPLPUSH that Bull waits with is the older name. */
function withBlockingPop(client: Redis): Redis {
  return Object.assign(client, {
    brpoplpush: (from: string, to: string, seconds: number) =>
      client.blmove(from, to, 'RIGHT', 'LEFT', seconds),
  });
}
