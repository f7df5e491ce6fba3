import { type Message } from 'kafkajs';
import { type DeliveryContext, type DeliveryItem, type ItemResult, defineHandler } from '../../handler.js';
import { KafkaClient } from './kafka-client.js';
import { KafkaSettings } from './kafka.settings.js';
import { keyOf, topicOf } from './templates.js';
import { orAborted } from './or-aborted.js';

/** Version of the value and of the headers: those of Tributary's own topics (DESIGN 5.3). */
export const SCHEMA_VERSION = '1.0';

type Context = DeliveryContext<KafkaSettings, KafkaClient>;

/** Writes the canonical event as the log holds it, byte for byte, with the headers of Tributary's own topics. */
export const kafka = defineHandler({
  type: 'kafka',
  title: 'Kafka',
  description:
    'Writes each event as JSON to a topic of a Kafka cluster, acknowledged by all replicas, up to 500 events and 800 kB at a ' +
    'time; no record may be larger than the topic allows. The events of a user keep their order with a key that has the user ' +
    'in it, the default. An event that comes twice is there twice, with the same `messageId` header; one that is replayed has ' +
    'a header `replay`.',
  settings: KafkaSettings,
  // With keys and headers still less than the 1 MB that a broker takes at a time unless told otherwise.
  limits: () => ({ maxItems: 500, maxBytes: 800_000, concurrency: 4, ordering: 'per-user' }),
  open: (context) => new KafkaClient(context),
  deliver: sendAll,
});

/** One request per topic, so that a missing topic costs the events of the others nothing. */
async function sendAll(items: readonly DeliveryItem[], context: Context): Promise<readonly ItemResult[]> {
  const { settings, workspaceId, opened, signal } = context;
  const topics = items.map(({ event }) => topicOf(settings.topic, event, workspaceId));
  const sends = [...new Set(topics)].map(async (topic): Promise<[string, ItemResult]> => {
    const messages = items.filter((_, index) => topics[index] === topic);
    const sent = opened.send(
      topic,
      messages.map((item) => messageOf(item, context)),
    );
    return [topic, await orAborted(sent, signal)];
  });
  const settled = await Promise.allSettled(sends);
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason as Error;
  const results = new Map(settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
  return topics.map((topic) => results.get(topic) ?? { kind: 'retry', reason: 'not_sent' });
}

function messageOf({ event, json, replay }: DeliveryItem, { settings, workspaceId }: Context): Message {
  return {
    key: keyOf(settings.key, event, workspaceId),
    value: json,
    headers: {
      'tributary-schema': SCHEMA_VERSION,
      workspace: workspaceId,
      source: event.projectId,
      type: event.type,
      messageId: event.messageId,
      receivedAt: event.receivedAt,
      ...(replay !== undefined && { replay }),
    },
  };
}
