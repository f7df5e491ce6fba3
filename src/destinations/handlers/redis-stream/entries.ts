import { type DeliveryItem } from '../../contract/delivery-item.js';
import { type RedisStreamSettings } from './redis-stream.settings.js';

/** A command and its arguments. */
export type Command = readonly [string, ...string[]];

/** The entry is added before its mark: a mark without an entry would drop the event. */
const ADD_ONCE = `
if redis.call('EXISTS', KEYS[2]) == 1 then return false end
local id = redis.call('XADD', KEYS[1], unpack(ARGV, 2))
redis.call('SET', KEYS[2], id, 'EX', ARGV[1])
return id`;

/** The command that adds an event to its stream, with the fields messageId, type and event (the JSON of the event log). */
export function commandFor({ event, json }: DeliveryItem, settings: RedisStreamSettings): Command {
  const { stream, maxLength, deduplicationSeconds } = settings;
  const key = stream.replaceAll('{type}', event.type).replaceAll('{source}', event.projectId);
  const trim = maxLength === undefined ? [] : ['MAXLEN', '~', String(maxLength)];
  const entry = [...trim, '*', 'messageId', event.messageId, 'type', event.type, 'event', json];
  if (deduplicationSeconds === undefined) return ['XADD', key, ...entry];
  // Senders choose message ids, so only together with the source do they identify an event.
  const mark = `${key}:seen:${event.projectId}:${event.messageId}`;
  return ['EVAL', ADD_ONCE, '2', key, mark, String(deduplicationSeconds), ...entry];
}
