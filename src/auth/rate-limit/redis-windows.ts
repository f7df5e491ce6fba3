import { type Redis } from 'ioredis';
import { checkRedis, scriptedRedis } from '../../resilience/scripted-redis.js';
import { type Store } from '../../resilience/store-guard.js';
import { rateLimitScripts, type TakeClient } from './take-script.js';
import { type Admission, type Demand } from './windows.js';

/**
 * For access rules, and to tell whose keys these are. In a cluster the part in braces keeps all of them in one place, because
 * one script takes the limits of a key and of its workspace together.
 */
const PREFIX = 'tl:{limits}:';

/** Windows in a Redis that all collectors share. A limit that nobody uses leaves after two seconds. */
export class RedisWindows implements Store {
  /** A call waits no longer for it: then the process decides on its own. */
  readonly limitMs = 50;
  private readonly client: Redis & TakeClient;

  constructor(url: string) {
    this.client = scriptedRedis(url, rateLimitScripts) as Redis & TakeClient;
  }

  check(): Promise<void> {
    return checkRedis(this.client);
  }

  /** One admission per demand, in order, all in one round trip; rejects while Redis is away. */
  async take(demands: readonly Demand[]): Promise<Admission[]> {
    const indexes = new Map<string, number>();
    const indexOf = (name: string): number => {
      const index = indexes.get(name) ?? indexes.size + 1;
      indexes.set(name, index);
      return index;
    };
    const parameters = demands.flatMap(({ limits, calls }) => [
      calls,
      limits.length,
      ...limits.flatMap(({ name, perSecond }) => [indexOf(name), perSecond]),
    ]);
    const keys = [...indexes.keys()].map((name) => `${PREFIX}${name}`);
    const answer = await this.client.takeCalls(keys.length, ...keys, ...parameters);
    let position = 0;
    return demands.map(({ limits }) => {
      const [calls = 0, ...left] = answer.slice(position, (position += 1 + limits.length));
      return { calls, left };
    });
  }

  close(): void {
    this.client.disconnect();
  }
}
