import { type ItemResult } from '../../contract/delivery-item.js';

/** A code of Tributary's, such as `event_too_large`. */
const CODE = /^[a-z_]{1,60}$/;

/**
 * What became of each message of a batch that was answered with 200. Tributary names those that it rejected; where nothing is
 * named, as with Segment, all were taken.
 */
export function resultsOf(count: number, body: string): ItemResult[] {
  const results = Array.from({ length: count }, (): ItemResult => ({ kind: 'ok' }));
  for (const { index, code } of rejectedIn(body)) {
    if (typeof index !== 'number' || results[index] === undefined) continue;
    const known = typeof code === 'string' && CODE.test(code);
    results[index] = { kind: 'reject', reason: known ? `rejected_${code}` : 'rejected', status: 200 };
  }
  return results;
}

function rejectedIn(body: string): Partial<Record<'index' | 'code', unknown>>[] {
  const { rejected } = objectIn(body) as { rejected?: unknown };
  if (!Array.isArray(rejected)) return [];
  return rejected.filter((one) => typeof one === 'object' && one !== null) as object[];
}

/** An answer that is no JSON, or more than was read of it, says nothing. */
function objectIn(body: string): object {
  try {
    return Object(JSON.parse(body)) as object;
  } catch {
    return {};
  }
}
