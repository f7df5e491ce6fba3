import { type Call } from '../../events/call.js';
import { CallError, type CallErrorCode } from '../../events/call-error.js';
import { isJsonObject, type JsonObject } from '../../events/event.js';
import { stringifyJson } from '../../events/exact-json.js';
import { compileCheck } from './compiled-check.js';
import { isDeeperThan, keysIn } from './json.js';
import { type Limits, MAX_DEPTH } from './limits.js';
import { BatchDto } from '../messages/batch.dto.js';
import { REASONS } from './reasons.js';

/** The messages of a call, and the fields of the batch that each of them inherits (WIRE 1.5); other fields are dropped. */
export interface Envelope {
  readonly items: readonly unknown[];
  readonly context?: JsonObject;
  readonly integrations?: JsonObject;
  readonly sentAt?: unknown;
  /** Bytes that each message inherits, as JSON. */
  readonly inheritedBytes: number;
}

/** Merging a key takes as long as writing so many bytes, so that an envelope of many small keys counts as a large one. */
const KEY_BYTES = 24;

const checkBatch = compileCheck<CallErrorCode>(BatchDto);

/** The envelope of a call; a single call is an envelope of one. Returns an error when the call as a whole is invalid. */
export function openEnvelope(call: Call, limits: Limits): Envelope | CallError {
  const { body } = call.received;
  if (call.form === 'single') return { items: [body], inheritedBytes: 0 };
  if (!isJsonObject(body)) return new CallError('invalid_json', 'The body must be a JSON object');
  const breach = checkBatch(body);
  if (breach) return new CallError('empty_batch', 'batch must be an array with at least one message');
  const items = body.batch as unknown[];
  if (items.length > limits.batchItems)
    return new CallError('too_many_events', `A batch may hold at most ${limits.batchItems} messages`);
  const inherited = inheritedOf(body);
  // Levels are counted from the inheriting message.
  if (isDeeperThan(inherited, MAX_DEPTH)) return new CallError('nesting_too_deep', REASONS.nesting_too_deep);
  const inheritedBytes = Buffer.byteLength(stringifyJson(inherited));
  const weight = inheritedBytes + KEY_BYTES * keysIn(inherited);
  if (weight * items.length > limits.inheritedBytes) {
    return new CallError('payload_too_large', 'Exceed payload limit: the context of the batch is too large');
  }
  return { items, ...inherited, sentAt: body.sentAt, inheritedBytes };
}

function inheritedOf({ context, integrations }: JsonObject): Pick<Envelope, 'context' | 'integrations'> {
  return { ...(isJsonObject(context) && { context }), ...(isJsonObject(integrations) && { integrations }) };
}
