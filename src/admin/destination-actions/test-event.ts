import { type CanonicalEvent, type JsonObject } from '../../events/event.js';
import { type Limits } from '../../normalization/draft/limits.js';
import { normalize } from '../../normalization/normalize.js';
import { invalid } from '../problems/problem.js';

/** Ids of a source that does not exist. */
const SOURCE = { id: 'src_test', workspaceId: 'wsp_test' };

/**
 * Normalises a message like one from a source; without a `type` it is a track. Throws `invalid_request` with the reason for
 * which the message of a source would be rejected.
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
