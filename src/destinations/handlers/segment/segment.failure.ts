import { DeliveryError } from '../../contract/delivery-error.js';
import { type ItemResult } from '../../contract/delivery-item.js';

/** A rejection code of Tributary, such as `event_too_large`. */
const CODE = /^[a-z_]{1,60}$/;

/**
 * One result per message of a batch that got status 200. Tributary lists rejected messages in the body; Segment lists none,
 * and has accepted all.
 */
export function segmentResultsOf(count: number, body: string): ItemResult[] {
  const results = Array.from({ length: count }, (): ItemResult => ({ kind: 'ok' }));
  for (const { index, code } of rejectedIn(body)) {
    if (typeof index !== 'number' || results[index] === undefined) continue;
    const isCode = typeof code === 'string' && CODE.test(code);
    const named = isCode ? { reason: `rejected_${code}`, answerCode: code } : { reason: 'rejected' };
    results[index] = { kind: 'reject', ...named, status: 200 };
  }
  return results;
}

function rejectedIn(body: string): Partial<Record<'index' | 'code', unknown>>[] {
  const { rejected } = objectIn(body) as { rejected?: unknown };
  if (!Array.isArray(rejected)) return [];
  return rejected.filter((one) => typeof one === 'object' && one !== null) as object[];
}

/**
 * The reason of a call that a collector has refused as a whole. Tributary names a code in the body, such as
 * `event_too_large` for an event that has grown past the collector's limit on the way.
 */
export function segmentRefusal(error: unknown): unknown {
  if (!(error instanceof DeliveryError) || error.result.kind !== 'reject') return error;
  const { code } = objectIn(error.response?.body ?? '') as { code?: unknown };
  const [only, ...more] = rejectedIn(error.response?.body ?? '');
  const named = only !== undefined && more.length === 0 ? only.code : code;
  if (typeof named !== 'string' || !CODE.test(named)) return error;
  return new DeliveryError(
    { ...error.result, reason: `rejected_${named}`, answerCode: named },
    error.response,
  );
}

/** A body that is no JSON, or was cut at the size limit, lists nothing. */
function objectIn(body: string): object {
  try {
    return Object(JSON.parse(body)) as object;
  } catch {
    return {};
  }
}
