import { type Message } from 'kafkajs';
import { type DeliveryContext } from '../../contract/context.js';
import { defineHandler } from '../../contract/define-handler.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { KafkaClient } from './kafka-client.js';
import { KafkaSettings } from './kafka.settings.js';
import { keyOf, topicOf } from './templates.js';
import { orAborted } from './or-aborted.js';

/** Version of the value and of the headers: those of Tributary's own topics (DESIGN 5.3). */
export const SCHEMA_VERSION = '1.0';

const NOT_SENT: ItemResult = { kind: 'retry', reason: 'not_sent' };

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

/**
 * Each event has its own result, so that one that is refused, or a topic that is missing, costs the others nothing. Where all fail
 * alike it is the cluster: then a throw has the client made anew.
 */
async function sendAll(items: readonly DeliveryItem[], context: Context): Promise<readonly ItemResult[]> {
  const { settings, workspaceId, opened, signal } = context;
  const places = new Map<string, number[]>();
  for (const [place, { event }] of items.entries()) {
    const topic = topicOf(settings.topic, event, workspaceId);
    const own = places.get(topic);
    if (own === undefined) places.set(topic, [place]);
    else own.push(place);
  }
  const results = items.map(() => NOT_SENT);
  const sends = [...places].map(async ([topic, own]) => {
    const messages = own.map((place) => messageOf(items[place] as DeliveryItem, context));
    const sent = await orAborted(opened.send(topic, messages), signal);
    for (const [index, place] of own.entries()) results[place] = sent[index] ?? NOT_SENT;
  });
  await Promise.all(sends);
  throwIfAllFailedAlike(results);
  return results;
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

function throwIfAllFailedAlike(results: readonly ItemResult[]): void {
  const [first] = results;
  if (first?.kind !== 'retry' && first?.kind !== 'auth') return;
  const isAlike = (one: ItemResult): boolean => one.kind === first.kind && one.reason === first.reason;
  if (first.reason !== 'unknown_topic' && results.every(isAlike)) throw new DeliveryError(first);
}
