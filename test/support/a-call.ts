import { type Call } from '../../src/events/call.js';
import { stringifyJson } from '../../src/events/exact-json.js';
import { Limits } from '../../src/normalization/draft/limits.js';
import { normalize } from '../../src/normalization/normalize.js';

export const RECEIVED_AT = '2026-01-02T03:04:05.500Z';
export const limits = new Limits(32_768);

type Overrides = Partial<Omit<Call, 'received'>> & { at?: string; bytes?: number };

/** A call as the edge builds it from a body; by default a track call of a server. */
export function aCall(body: unknown, { at = RECEIVED_AT, bytes, ...overrides }: Overrides = {}): Call {
  const text = textOf(body);
  return {
    source: { id: 'src_1', workspaceId: 'ws_1' },
    writeKeyId: 'wkey_1',
    received: { at: new Date(at), body, text, bytes: bytes ?? Buffer.byteLength(text) },
    form: 'single',
    ...(overrides.form !== 'batch' && { type: 'track' as const }),
    transport: 'server',
    ...overrides,
  };
}

/** Also for a body that is nested too deep to be written as JSON. */
function textOf(body: unknown): string {
  try {
    return stringifyJson(body);
  } catch {
    return '(too deep)';
  }
}

/** The event of a single call; throws when the call is rejected. */
export function eventOf(body: unknown, overrides?: Overrides) {
  const { accepted, rejected } = normalize(aCall(body, overrides), limits);
  if (!accepted[0]) throw new Error(`rejected: ${rejected[0]?.code}`);
  return accepted[0];
}

/** The reason and place for which a single call is rejected; throws when it is accepted. */
export function faultOf(body: unknown, overrides?: Overrides) {
  const { accepted, rejected } = normalize(aCall(body, overrides), limits);
  if (!rejected[0]) throw new Error(`accepted: ${JSON.stringify(accepted)}`);
  return { code: rejected[0].code, pointer: rejected[0].pointer };
}

/** An array in an array in an array. */
export function nested(levels: number): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level += 1) value = [value];
  return value;
}
