import { type Message } from 'kafkajs';
import { eventHeaders } from '../../../events/records/headers.js';
import { orAborted } from '../../../resilience/time-limit.js';
import { type DeliveryContext } from '../../contract/context.js';
import { defineHandler } from '../../contract/define-handler.js';
import { asDoubtful, DeliveryError } from '../../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { KafkaClient } from './kafka.client.js';
import { isOfTopic, UNKNOWN_TOPIC } from './kafka.failure.js';
import { KafkaSettings } from './kafka.settings.js';
import { recordKeyOf, topicOf } from './templates.js';

const NOT_SENT: ItemResult = { kind: 'retry', reason: 'not_sent' };

type Context = DeliveryContext<KafkaSettings, KafkaClient>;

/** Writes events byte for byte as the event log holds them, with the headers of Tributary's own topics. */
export const kafka = defineHandler({
  type: 'kafka',
  title: 'Kafka',
  description:
    'Writes each event as JSON to a topic of a Kafka cluster, acknowledged by all replicas, up to 500 events and 800 kB at a ' +
    'time. No record may be larger than the topic allows. The events of a user keep their order while the key contains the ' +
    'user, as it does by default. An event that is delivered twice is two records with the same `messageId` header. A replayed ' +
    'event has a header `replay`.',
  settings: KafkaSettings,
  isolated: true,
  // Keys and headers included, a batch stays below the 1 MB that brokers accept by default.
  limits: () => ({ maxItems: 500, maxBytes: 800_000, concurrency: 4, ordering: 'per-user' }),
  open: (context) => new KafkaClient(context),
  deliver: sendAll,
});

/**
 * Each event has a result of its own, so a refused event or a missing topic does not affect the others. When all fail alike the
 * cluster is unavailable; the thrown error makes the framework open a new client.
 */
async function sendAll(items: readonly DeliveryItem[], context: Context): Promise<readonly ItemResult[]> {
  const { settings, workspaceId, opened, signal } = context;
  const topics = new Map<string, number[]>();
  for (const [position, { event }] of items.entries()) {
    const topic = topicOf(settings.topic, event, workspaceId);
    const positions = topics.get(topic);
    if (positions === undefined) topics.set(topic, [position]);
    else positions.push(position);
  }
  const results = items.map(() => NOT_SENT);
  const sends = [...topics].map(async ([topic, positions]) => {
    const messages = positions.map((position) => messageOf(items[position] as DeliveryItem, context));
    const sent = await orAborted(opened.send(topic, messages), signal);
    for (const [index, position] of positions.entries())
      results[position] = ofTopic(sent[index] ?? NOT_SENT, settings);
  });
  await Promise.all(sends);
  throwIfAllFailedAlike(results);
  return results;
}

function messageOf({ event, json, replay }: DeliveryItem, { settings, workspaceId }: Context): Message {
  return {
    key: recordKeyOf(settings.key, event, workspaceId),
    value: json,
    headers: eventHeaders(event, workspaceId, { replay }),
  };
}

/**
 * Where all events go to one topic, a topic that stays missing is a fault of the destination; it may be in creation. Where the
 * event names the topic, others may exist and be permitted.
 */
function ofTopic(result: ItemResult, { topic }: KafkaSettings): ItemResult {
  const isOneTopic = !topic.includes('{');
  if (result.kind === 'retry' && result.reason === UNKNOWN_TOPIC)
    return isOneTopic ? { kind: 'auth', reason: UNKNOWN_TOPIC, doubt: 'moment' } : result;
  return !isOneTopic && isOfTopic(result) ? asDoubtful(result) : result;
}

function throwIfAllFailedAlike(results: readonly ItemResult[]): void {
  const [first] = results;
  if (first?.kind !== 'retry' && (first?.kind !== 'auth' || first.doubt !== undefined)) return;
  const isAlike = (result: ItemResult): boolean =>
    result.kind === first.kind && result.reason === first.reason;
  if (first.reason !== UNKNOWN_TOPIC && results.every(isAlike)) throw new DeliveryError(first);
}
