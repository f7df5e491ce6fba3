import { type CanonicalEvent, type JsonObject } from '../../events/event.js';
import { type Limits } from '../../normalization/draft/limits.js';
import { normalize } from '../../normalization/normalize.js';
import { invalid } from '../problems/problem.js';

/** Nobody sent it: the ids of a source that does not exist. */
const SOURCE = { id: 'src_test', workspaceId: 'wsp_test' };

/**
 * Makes a message into the event that it would be if a source had sent it; a `track` unless it says otherwise. Throws
 * `invalid_request` with the same reason that the source would be told.
 */
export function testEvent(message: JsonObject, limits: Limits): CanonicalEvent {
  const body = { type: 'track', ...message };
  const text = JSON.stringify(body);
  const received = { at: new Date(), body, text, bytes: Buffer.byteLength(text) };
  const call = { source: SOURCE, writeKeyId: '', received, form: 'single', transport: 'server' } as const;
  const { accepted, rejected, refusal } = normalize(call, limits);
  const [event] = accepted;
  if (event === undefined) throw invalid(`/event${rejected[0]?.pointer ?? ''}`, refusal?.message ?? '');
  return event;
}
