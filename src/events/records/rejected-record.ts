import { type NormalizedCall, type Rejection } from '../call.js';
import { optionalHeaders, sourceHeaders, type TopicRecord } from './headers.js';

/** Most characters of a rejected message that its record keeps. */
const MAX_ORIGINAL = 65_536;

/** A rejected message on the rejected topic, with its reason and the original text up to a limit (DESIGN 5.3). */
export function rejectedRecord(
  topic: string,
  { code, pointer, index, original }: Rejection,
  call: Pick<NormalizedCall, 'source' | 'receivedAt' | 'traceparent'>,
): TopicRecord {
  const { source, traceparent } = call;
  const receivedAt = call.receivedAt.toISOString();
  const cut = original.length > MAX_ORIGINAL;
  const text = cut ? original.slice(0, MAX_ORIGINAL) : original;
  return {
    topic,
    key: source.id,
    value: JSON.stringify({ code, pointer, index, receivedAt, original: text, cut }),
    headers: {
      ...sourceHeaders(source.workspaceId, source.id),
      code,
      receivedAt,
      ...optionalHeaders({ traceparent }),
    },
  };
}
