import { describe, expect, it } from 'vitest';
import { AddressBlocked } from './address-blocked.js';
import { httpFailureOfError, httpFailureOfStatus, withAnswer } from './http-result.js';

const now = new Date('2026-11-21T12:00:00Z');

describe('httpFailureOfStatus', () => {
  it.each([
    [200, undefined],
    [204, undefined],
    [301, 'reject'],
    [304, 'reject'],
    [400, 'reject'],
    [401, 'auth'],
    [403, 'auth'],
    [407, 'auth'],
    [404, 'reject'],
    [408, 'retry'],
    [410, 'reject'],
    [423, 'retry'],
    [425, 'retry'],
    [429, 'retry'],
    [500, 'retry'],
    [501, 'reject'],
    [503, 'retry'],
  ])('maps %i to %s', (status, kind) => {
    expect(httpFailureOfStatus(status, undefined, now)?.kind).toBe(kind);
  });

  it('tells credentials, which no event changes, from a refusal that a firewall may have made', () => {
    const doubts = [401, 403, 407].map((status) => httpFailureOfStatus(status, undefined, now));
    expect(doubts.map((one) => one?.kind === 'auth' && one.doubt)).toEqual([undefined, 'event', undefined]);
  });

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['999999', 999_999_000],
    ['Sat, 21 Nov 2026 12:01:00 GMT', 60_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['Mon, 21 Nov 2033 12:00:00 GMT', 220_924_800_000],
  ])('reads Retry-After %s as %i ms', (header, afterMs) => {
    expect(httpFailureOfStatus(429, header, now)).toEqual({
      kind: 'retry',
      reason: 'http_429',
      status: 429,
      afterMs,
    });
  });

  it.each(['soon', '', '-5'])('ignores Retry-After %o', (header) => {
    const failure = httpFailureOfStatus(503, header, now);
    expect(failure?.kind === 'retry' && (failure.afterMs ?? 0)).toBe(0);
  });
});

describe('httpFailureOfError', () => {
  const coded = (code: string) => Object.assign(new Error('detail'), { code });
  it.each([
    [coded('ECONNREFUSED'), 'retry', 'connection_refused'],
    [coded('ENOTFOUND'), 'retry', 'name_not_found'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), 'retry', 'timeout'],
    [coded('CERT_HAS_EXPIRED'), 'retry', 'tls'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'retry', 'tls'],
    [new AggregateError([coded('ECONNREFUSED')]), 'retry', 'connection_refused'],
    [new TypeError('fetch failed', { cause: coded('ECONNRESET') }), 'retry', 'connection_reset'],
    [new Error('anything'), 'retry', 'network'],
    ['not even an error', 'retry', 'network'],
    [coded('UND_ERR_INVALID_ARG'), 'reject', 'invalid_request'],
    [new AddressBlocked('https_required'), 'reject', 'https_required'],
  ])('%o: %s, %s', (error, kind, reason) => {
    expect(httpFailureOfError(error)).toEqual({ kind, reason });
  });
});

describe('withAnswer', () => {
  const refused = { kind: 'reject', reason: 'http_400', status: 400 } as const;

  it.each([
    ['{"error":"no such field"}', 'no such field'],
    ['{"code":"Not A Code","title":"Refused","detail":"no plan"}', 'Not A Code: Refused: no plan'],
    ['{"error":{"message":"no plan"}}', 'no plan'],
    ['{"fields":[1]}', '{"fields":[1]}'],
    ['null', 'null'],
    [' plain\u0000 text\u001b[31m\r\n\u202eof a receiver \ud800', 'plain text [31m of a receiver'],
  ])('keeps %j as %j', (body, answer) => {
    expect(withAnswer(refused, body)).toEqual({ ...refused, answer });
  });

  it('adds nothing for an empty body', () => {
    expect(withAnswer(refused, ' \r\n')).toBe(refused);
  });

  it('keeps the answer to a retry, which may be the last', () => {
    const retry = { kind: 'retry', reason: 'http_503', status: 503 } as const;
    const answer = 'busy: Later';
    expect(withAnswer(retry, '{"code":"busy","message":"Later"}')).toEqual({
      ...retry,
      answer,
      answerCode: 'busy',
    });
  });

  it.each<[body: unknown, code: string | undefined]>([
    [{ success: false, message: 'Too large', code: 'event_too_large' }, 'event_too_large'],
    [{ code: 'x'.repeat(64) }, 'x'.repeat(64)],
    [{ code: 'x'.repeat(65) }, undefined],
    [{ code: 1001, message: 'no' }, '1001'],
    [{ error: { code: 'v2.quota-exceeded', message: 'no' } }, 'v2.quota-exceeded'],
    [{ error: 'invalid_request', error_description: 'no' }, 'invalid_request'],
    [{ type: 'https://example.com/problems/out-of-credit', title: 'No credit' }, 'out-of-credit'],
    [{ type: 'urn:problem:bad_plan', code: 'plan_ended' }, 'plan_ended'],
    [{ type: 'about:blank', title: 'Bad Request' }, undefined],
    [{ code: 'Dear user' }, undefined],
    [{ code: 'EVENT' }, undefined],
    [{ code: 'line\nfeed' }, undefined],
    [{ code: 'ends\n' }, undefined],
    [{ code: '' }, undefined],
    [{ code: ['a'] }, undefined],
    [[{ code: 'a' }], undefined],
    ['a_text', undefined],
    [null, undefined],
  ])('of %j names the code %s', (body, code) => {
    const result = withAnswer(refused, JSON.stringify(body));
    expect(result.kind === 'reject' && result.answerCode).toBe(code);
  });
});
