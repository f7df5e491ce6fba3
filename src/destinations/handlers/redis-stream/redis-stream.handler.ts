import { type Redis } from 'ioredis';
import { defineHandler } from '../../contract/define-handler.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { commandFor } from './entries.js';
import { codeOf, failureOf } from './failure.js';
import { Link } from './link.js';
import { RedisStreamSettings } from './redis-stream.settings.js';

/** Adds events to streams, one command for each event, sent together. */
export const redisStream = defineHandler({
  type: 'redis-stream',
  title: 'Redis Stream',
  description:
    'Adds each event to a Redis stream as an entry with the fields messageId, type and event (its JSON), up to a thousand or ' +
    '4 MB at a time, the events of a user in their order. An event that comes twice is two entries with the same messageId, ' +
    'unless deduplicationSeconds is set and it comes again within that time.',
  settings: RedisStreamSettings,
  limits: () => ({ maxItems: 1_000, maxBytes: 4_000_000, concurrency: 16, ordering: 'per-user' }),
  open: ({ settings, network }) => new Link(settings, network),
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
  const answers = (await pipeline.exec()) ?? [];
  const errors = answers.map(([error]) => error);
  const [first] = errors;
  // The first answer never came, so none did: a matter of the connection, not of the events.
  if (first && codeOf(first) === undefined) throw first;
  return errors.map((error) => (error === null ? { kind: 'ok' } : failureOf(error)));
}
