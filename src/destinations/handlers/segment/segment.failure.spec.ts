import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../contract/delivery-error.js';
import { segmentRefusal, segmentResultsOf } from './segment.failure.js';

const ok = { kind: 'ok' };

describe('segmentResultsOf', () => {
  it('rejects the messages that the collector lists, with its code', () => {
    const rejected = [{ index: 1, code: 'event_too_large', pointer: '', message: 'Too large' }];
    expect(segmentResultsOf(3, JSON.stringify({ success: true, accepted: 2, rejected }))).toEqual([
      ok,
      { kind: 'reject', reason: 'rejected_event_too_large', answerCode: 'event_too_large', status: 200 },
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

describe('segmentRefusal', () => {
  const refused = { kind: 'reject', reason: 'http_400', status: 400 } as const;
  const reasonFor = (body: string) => {
    const error = segmentRefusal(new DeliveryError(refused, { status: 400, body }));
    return (error as DeliveryError).result.reason;
  };

  it.each([
    ['{"success":false,"code":"event_too_large","message":"x"}', 'rejected_event_too_large'],
    ['{"code":"invalid","rejected":[{"index":0,"code":"event_too_large"}]}', 'rejected_event_too_large'],
    ['{"code":"Not A Code"}', 'http_400'],
    ['<html>', 'http_400'],
    ['', 'http_400'],
  ])('names the code of %j', (body, reason) => {
    expect(reasonFor(body)).toBe(reason);
  });

  it('leaves other failures as they are', () => {
    const busy = new DeliveryError({ kind: 'retry', reason: 'http_503', status: 503 });
    expect(segmentRefusal(busy)).toBe(busy);
    const thrown = new Error('x');
    expect(segmentRefusal(thrown)).toBe(thrown);
  });
});
