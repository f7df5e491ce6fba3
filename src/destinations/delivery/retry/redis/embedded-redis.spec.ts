import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Redis } from 'ioredis';
import { eventually } from '../../../../../test/support/eventually.js';
import { embeddedRedis } from './embedded-redis.js';

/** As Bull publishes it: the score of the next job, which holds a time in ms and a counter. */
const PUBLISH = "redis.call('PUBLISH', KEYS[1], tonumber(ARGV[1]) / 0x1000) return 1";
const TIME = 1_795_289_734_000;

describe('the embedded Redis', () => {
  const clients: Redis[] = [];
  let client: () => Redis;
  beforeAll(async () => {
    const create = await embeddedRedis();
    client = () => {
      const made = create();
      clients.push(made);
      return made;
    };
  });
  afterAll(() => clients.forEach((one) => one.disconnect()));

  it.each([0, 1, 5, 204, 205, 4_095])(
    'tells no time as earlier than it is, with %i in the counter',
    async (counter) => {
      const heard: string[] = [];
      const subscriber = client();
      subscriber.on('message', (_, message) => heard.push(message));
      await subscriber.subscribe('queue:delayed');
      await client().eval(PUBLISH, 1, 'queue:delayed', String(TIME * 4_096 + counter));
      await eventually(() => expect(heard).toHaveLength(1));
      const due = Math.ceil(Number(heard[0]));
      expect(due).toBeGreaterThanOrEqual(TIME + counter / 4_096);
      expect(due).toBeLessThanOrEqual(TIME + 2);
    },
  );

  it('passes on other messages as they are', async () => {
    const heard: string[] = [];
    const subscriber = client();
    subscriber.on('message', (_, message) => heard.push(message));
    await subscriber.subscribe('queue:other');
    await client().publish('queue:other', '17');
    await eventually(() => expect(heard).toEqual(['17']));
  });
});
