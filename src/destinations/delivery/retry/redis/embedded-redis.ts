import { type Redis } from 'ioredis';
import { createIoredisMock } from 'js-redis-server';
import { BULL_OPTIONS } from './real-redis.js';

/** Its sockets do not say when they have closed; the client waits so long for it. */
const GOODBYE_MS = 10;
/** On which Bull tells itself when the next job is due, in ms. */
const DUE = /:delayed$/;

type Listener = (channel: string, message: string) => void;

/** A Redis inside this process, for the embedded default: each call of what is returned is one more client of it. */
export async function embeddedRedis(): Promise<() => Redis> {
  const root = (await createIoredisMock()) as Redis;
  return () => {
    const client = root.duplicate({ ...BULL_OPTIONS, disconnectTimeout: GOODBYE_MS });
    return withLaterTimes(withBlockingPop(client));
  };
}

/** The embedded server has BLMOVE, of which the BRPOPLPUSH that Bull waits with is the older name. */
function withBlockingPop(client: Redis): Redis {
  return Object.assign(client, {
    brpoplpush: (from: string, to: string, seconds: number) =>
      client.blmove(from, to, 'RIGHT', 'LEFT', seconds),
  });
}

/**
 * The embedded server's Lua writes 14 digits of a number, which cuts the fraction off a time. Bull would take that for an
 * earlier time than the one it knows, look, tell itself the same again, and so on for ever, with this process at a standstill.
 * One ms later is late enough.
 */
function withLaterTimes(client: Redis): Redis {
  const on = client.on.bind(client) as (event: string, listener: Listener) => Redis;
  return Object.assign(client, {
    on: (event: string, listener: Listener) => {
      const later: Listener = (channel, message) =>
        listener(channel, DUE.test(channel) ? String(Number(message) + 1) : message);
      return on(event, event === 'message' ? later : listener);
    },
  });
}
