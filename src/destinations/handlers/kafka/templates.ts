import { type CanonicalEvent } from '../../../events/event.js';

/** Name of a topic, with placeholders for values of the event. */
export const TOPIC_TEMPLATE = /^(?:[A-Za-z0-9._-]|\{(?:type|event|source|workspace)\}){1,200}$/;
/** Key of a record, with placeholders. */
export const KEY_TEMPLATE = /^(?:[^{}]|\{(?:userId|messageId|type|source|workspace)\}){1,200}$/;

/** Longest topic name of Kafka. */
const MAX_TOPIC = 249;
const MAX_PART = 100;
const PLACEHOLDER = /\{(\w+)\}/g;

type Values = Readonly<Record<string, string>>;

/**
 * The topic of an event. Characters that Kafka does not allow become underscores, so two event names can share a topic.
 * `{event}` is the event name of a track, otherwise the type.
 */
export function topicOf(template: string, event: CanonicalEvent, workspace: string): string {
  const values = { type: event.type, event: event.event ?? event.type, source: event.projectId, workspace };
  const topic = filled(template, values, topicPart).slice(0, MAX_TOPIC);
  return topic === '.' || topic === '..' ? topic.replaceAll('.', '_') : topic;
}

/** The key of an event's record. `{userId}` is the user id, else the anonymous id, else the message id. */
export function recordKeyOf(template: string, event: CanonicalEvent, workspace: string): string {
  const { messageId, type, projectId: source } = event;
  const userId = event.userId ?? event.anonymousId ?? messageId;
  return filled(template, { userId, messageId, type, source, workspace });
}

function filled(template: string, values: Values, convert = (value: string): string => value): string {
  return template.replace(PLACEHOLDER, (_, name: string) => convert(values[name] ?? ''));
}

function topicPart(value: string): string {
  return value.slice(0, MAX_PART).replace(/[^A-Za-z0-9._-]+/g, '_');
}
