import { type CanonicalEvent } from '../../../events/event.js';

/** A topic's name, or its parts with places for what an event says. */
export const TOPIC_TEMPLATE = /^(?:[A-Za-z0-9._-]|\{(?:type|event|source|workspace)\}){1,200}$/;
/** A record's key. */
export const KEY_TEMPLATE = /^(?:[^{}]|\{(?:userId|messageId|type|source|workspace)\}){1,200}$/;

/** Most that Kafka takes for a topic's name. */
const MAX_TOPIC = 249;
const MAX_PART = 100;
const PLACE = /\{(\w+)\}/g;

type Values = Readonly<Record<string, string>>;

/**
 * The topic of an event. What its name may not hold becomes an underscore, so two event names can share a topic; the name of
 * an event is that of a `track`, and of everything else its type.
 */
export function topicOf(template: string, event: CanonicalEvent, workspace: string): string {
  const values = { type: event.type, event: event.event ?? event.type, source: event.projectId, workspace };
  const topic = filled(template, values, legal).slice(0, MAX_TOPIC);
  return topic === '.' || topic === '..' ? topic.replaceAll('.', '_') : topic;
}

/** The key of an event: who has no user id goes by the anonymous id, and nobody's event by its own. */
export function keyOf(template: string, event: CanonicalEvent, workspace: string): string {
  const { messageId, type, projectId: source } = event;
  const userId = event.userId ?? event.anonymousId ?? messageId;
  return filled(template, { userId, messageId, type, source, workspace });
}

function filled(template: string, values: Values, tidy = (value: string): string => value): string {
  return template.replace(PLACE, (_, name: string) => tidy(values[name] ?? ''));
}

function legal(value: string): string {
  return value.slice(0, MAX_PART).replace(/[^A-Za-z0-9._-]+/g, '_');
}
