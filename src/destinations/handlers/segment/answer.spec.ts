import { describe, expect, it } from 'vitest';
import { resultsOf } from './answer.js';

const ok = { kind: 'ok' };

describe('resultsOf', () => {
  it('rejects what the collector names, by its code', () => {
    const rejected = [{ index: 1, code: 'event_too_large', pointer: '', message: 'Too large' }];
    expect(resultsOf(3, JSON.stringify({ success: true, accepted: 2, rejected }))).toEqual([
      ok,
      { kind: 'reject', reason: 'rejected_event_too_large', status: 200 },
      ok,
    ]);
  });

  it('repeats no words of others', () => {
    const rejected = [{ index: 0, code: 'Your <b>event</b>' }, { index: 1 }];
    const reasons = resultsOf(2, JSON.stringify({ rejected })).map(
      (result) => result.kind !== 'ok' && result.reason,
    );
    expect(reasons).toEqual(['rejected', 'rejected']);
  });

  it.each([
    ...['', 'ok', '{"success": true}', 'null', '[]', '{"rejected": 5}', '{"rejected": [null, 5, {}]}'],
    ...['{"rejected": [{"index": -1}, {"index": 2}, {"index": 0.5}, {"index": "0"}]}', '{"rejected": [{"in'],
  ])('takes %j for success', (body) => {
    expect(resultsOf(2, body)).toEqual([ok, ok]);
  });
});
