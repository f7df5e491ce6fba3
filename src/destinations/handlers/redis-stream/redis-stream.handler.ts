import { type Redis } from 'ioredis';
import { defineHandler } from '../../contract/define-handler.js';
import { asDoubtful } from '../../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { commandFor } from './entries.js';
import { isOfTheKey, redisCodeOf, redisFailure } from './redis-stream.failure.js';
import { RedisStreamClient } from './redis-stream.client.js';
import { RedisStreamSettings } from './redis-stream.settings.js';

/** Adds events to streams, one command per event, in one pipeline per batch. */
export const redisStream = defineHandler({
  type: 'redis-stream',
  title: 'Redis Stream',
  description:
    'Adds each event to a Redis stream as an entry with the fields messageId, type and event (its JSON), up to 1,000 events or ' +
    '4 MB at a time, and keeps the order of the events of each user. An event that is delivered twice is two entries with the ' +
    'same messageId, unless deduplicationSeconds is set and the second delivery is within that time.',
  settings: RedisStreamSettings,
  isolated: true,
  limits: () => ({ maxItems: 1_000, maxBytes: 4_000_000, concurrency: 16, ordering: 'per-user' }),
  open: ({ settings, network }) => new RedisStreamClient(settings, network),
  deliver: (items, { settings, opened, signal }) =>
    opened.use(signal, (redis) => addAll(redis, items, settings)),
});

async function addAll(
  redis: Redis,
  items: readonly DeliveryItem[],
  settings: RedisStreamSettings,
): Promise<readonly ItemResult[]> {
  const pipeline = redis.pipeline();
  for (const item of items) pipeline.call(...commandFor(item, settings));
  const replies = (await pipeline.exec()) ?? [];
  const errors = replies.map(([error]) => error);
  const [first] = errors;
  // Without a first reply there was none at all: the connection has failed, not an event.
  if (first && redisCodeOf(first) === undefined) throw first;
  const hasOneStream = !settings.stream.includes('{');
  return errors.map((error): ItemResult => {
    if (error === null) return { kind: 'ok' };
    const failure = redisFailure(error);
    return hasOneStream || !isOfTheKey(error) ? failure : asDoubtful(failure);
  });
}
