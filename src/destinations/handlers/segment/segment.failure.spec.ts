import { describe, expect, it } from 'vitest';
import { segmentResultsOf } from './segment.failure.js';

const ok = { kind: 'ok' };

describe('segmentResultsOf', () => {
  it('rejects the messages that the collector lists, with its code', () => {
    const rejected = [{ index: 1, code: 'event_too_large', pointer: '', message: 'Too large' }];
    expect(segmentResultsOf(3, JSON.stringify({ success: true, accepted: 2, rejected }))).toEqual([
      ok,
      { kind: 'reject', reason: 'rejected_event_too_large', status: 200 },
      ok,
    ]);
  });

  it('repeats no text of the collector', () => {
    const rejected = [{ index: 0, code: 'Your <b>event</b>' }, { index: 1 }];
    const reasons = segmentResultsOf(2, JSON.stringify({ rejected })).map(
      (result) => result.kind !== 'ok' && result.reason,
    );
    expect(reasons).toEqual(['rejected', 'rejected']);
  });

  it.each([
    ...['', 'ok', '{"success": true}', 'null', '[]', '{"rejected": 5}', '{"rejected": [null, 5, {}]}'],
    ...['{"rejected": [{"index": -1}, {"index": 2}, {"index": 0.5}, {"index": "0"}]}', '{"rejected": [{"in'],
  ])('counts %j as success', (body) => {
    expect(segmentResultsOf(2, body)).toEqual([ok, ok]);
  });
});
