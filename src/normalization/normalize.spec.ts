import { describe, expect, it } from 'vitest';
import { aCall, eventOf, faultOf, limits, nested, RECEIVED_AT } from '../../test/support/a-call.js';
import { CallError } from '../events/call-error.js';
import { Limits } from './draft/limits.js';
import { normalize } from './normalize.js';

const good = { type: 'track', userId: 'u', event: 'e' };
const batch = (body: unknown, overrides = {}) =>
  normalize(aCall(body, { form: 'batch', ...overrides }), limits);
const codesOf = (body: unknown, overrides = {}) =>
  batch(body, overrides).rejected.map(({ index, code }) => [index, code]);

describe('a single call', () => {
  it('becomes a canonical event and keeps what it does not know', () => {
    const body = {
      userId: 'u',
      event: 'e',
      email: 'x@y.z',
      messageId: 'm',
      properties: { a: [1.5, null, ''] },
    };
    expect(eventOf(body)).toEqual({
      ...body,
      type: 'track',
      context: {},
      integrations: {},
      originalTimestamp: RECEIVED_AT,
      sentAt: RECEIVED_AT,
      receivedAt: RECEIVED_AT,
      timestamp: RECEIVED_AT,
      projectId: 'src_1',
      version: 2,
    });
  });

  it('takes its type from the route', () => {
    expect(eventOf({ ...good, type: 'identify' }).type).toBe('track');
    expect(eventOf({ ...good, type: 5 }, { type: 'page' }).type).toBe('page');
  });

  it.each(['identify', 'group'] as const)('of %s has the empty traits that PHP writes as a list', (type) => {
    expect(eventOf({ userId: 'u', groupId: 'g', traits: [] }, { type }).traits).toEqual({});
  });

  it('keeps an empty list where its type has no traits', () => {
    expect(eventOf({ userId: 'u', event: 'e', traits: [] }, { type: 'track' })).toMatchObject({ traits: [] });
  });

  it('has properties or traits as its type has', () => {
    expect(eventOf({ ...good, properties: null }).properties).toEqual({});
    expect(eventOf({ userId: 'u' }, { type: 'identify' }).traits).toEqual({});
    expect(eventOf({ userId: 'u', previousId: 'p' }, { type: 'alias' })).not.toHaveProperty('traits');
  });

  it('loses what only the server may say', () => {
    const text = `{"userId":"u","event":"e","writeKey":"k","rudderId":"r","request_ip":"1.2.3.4","projectId":"p",
      "version":"9","__proto__":{"x":1},"context":{"writeKey":"own"}}`;
    const event = eventOf(JSON.parse(text));
    for (const field of ['writeKey', 'rudderId', 'request_ip']) expect(event).not.toHaveProperty(field);
    expect(event).toMatchObject({ projectId: 'src_1', version: 2, context: { writeKey: 'own' } });
    expect(Object.hasOwn(event, '__proto__')).toBe(false);
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
  });

  it('keeps __proto__ inside of what an app sent, as a key', () => {
    const event = eventOf(JSON.parse('{"userId":"u","event":"e","properties":{"__proto__":{"x":1}}}'));
    expect(JSON.stringify(event.properties)).toBe('{"__proto__":{"x":1}}');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('does not change the body it came from', () => {
    const body = Object.freeze({ userId: 5, event: 'e', context: Object.freeze({ a: 1 }) });
    eventOf(body, { transport: 'device', ip: '192.0.2.1' });
    expect(body).toEqual({ userId: 5, event: 'e', context: { a: 1 } });
  });

  it('is refused with its own reason, and the original is kept', () => {
    const call = normalize(aCall({ userId: 'u', writeKey: 'k' }), limits);
    expect(call).toMatchObject({
      accepted: [],
      rejected: [
        {
          index: 0,
          code: 'event_not_defined',
          pointer: '/event',
          original: '{"userId":"u","writeKey":"***"}',
        },
      ],
    });
    expect(call.refusal).toMatchObject({ code: 'event_not_defined', message: 'A track call needs an event' });
  });

  it('tells who asks for it which messages were rejected', () => {
    const call = normalize(aCall({ userId: 'u' }, { detailed: true }), limits);
    expect(call.detailed).toBe(true);
    expect(call.refusal?.rejected).toBe(call.rejected);
    expect(normalize(aCall(good), limits)).not.toHaveProperty('detailed');
  });

  it('keeps integers beyond 2^53 in what it rejects', () => {
    const { rejected } = batch(
      { batch: [{ type: 'track', userId: 'u', x: 18446744073709551615n }, good] },
      { bytes: 99_999 },
    );
    expect(rejected[0]?.original).toBe('{"type":"track","userId":"u","x":18446744073709551615}');
  });

  it('that could not be read is rejected as text with the fault of the edge', () => {
    const call = aCall({});
    const fault = new CallError('invalid_json', 'not JSON');
    const broken = { ...call, received: { ...call.received, body: undefined, text: '{bad', fault } };
    const { accepted, rejected, refusal } = normalize(broken, limits);
    expect(accepted).toEqual([]);
    expect(rejected).toEqual([{ index: 0, code: 'invalid_json', pointer: '', original: '{bad' }]);
    expect(refusal).toBe(fault);
  });

  it.each([
    [200, 'accepted'],
    [201, 'nesting_too_deep'],
    [10_000, 'nesting_too_deep'],
    [100_000, 'nesting_too_deep'],
  ])('may be nested 200 levels deep: %i is %s', (levels, outcome) => {
    const body = { ...good, properties: { deep: nested(levels - 2) } };
    if (outcome === 'accepted') expect(eventOf(body)).toBeDefined();
    else expect(faultOf(body)).toEqual({ code: outcome, pointer: '' });
  });

  it('that is larger than its body said is too large', () => {
    const body = { ...good, properties: { x: 'x'.repeat(33_000) } };
    expect(faultOf(body)).toEqual({ code: 'event_too_large', pointer: '' });
  });
});

describe('a batch', () => {
  it('keeps the good and rejects the bad, each with its place and reason', () => {
    const bad = [null, 'x', [1], { type: 'Track' }, {}, { type: 'foo' }, { type: 'track', event: 'e' }];
    const { accepted, rejected, refusal } = batch({ batch: [good, ...bad, { ...good, event: 'last' }] });
    expect(accepted.map(({ event }) => event)).toEqual(['e', 'last']);
    expect(rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'bad_request'],
      [2, 'bad_request'],
      [3, 'bad_request'],
      [4, 'invalid_type'],
      [5, 'invalid_type'],
      [6, 'invalid_type'],
      [7, 'no_user_anon_id'],
    ]);
    expect(rejected[6]?.original).toBe('{"type":"track","event":"e"}');
    expect(refusal).toBeUndefined();
  });

  it('takes all six types', () => {
    const { accepted } = batch({
      batch: ['identify', 'track', 'page', 'screen', 'group', 'alias'].map((type) => ({
        ...good,
        type,
        groupId: 'g',
        previousId: 'p',
      })),
    });
    expect(accepted).toHaveLength(6);
  });

  it.each([[{}], [{ batch: {} }], [{ batch: 'x' }], [{ batch: [] }], [{ batch: null }]])(
    '%j is an empty one',
    (body) => {
      expect(batch(body).refusal).toMatchObject({ code: 'empty_batch' });
      expect(codesOf(body)).toEqual([[0, 'empty_batch']]);
    },
  );

  it('may hold 2,500 messages and no more', () => {
    expect(batch({ batch: Array(2500).fill(good) }).accepted).toHaveLength(2500);
    const tooMany = batch({ batch: Array(2501).fill(good) });
    expect(tooMany.refusal).toMatchObject({ code: 'too_many_events' });
    expect(tooMany).toMatchObject({ accepted: [], rejected: [{ code: 'too_many_events' }] });
  });

  it('of which nothing is left is refused, and every message is still listed', () => {
    const call = batch({ batch: [{ type: 'track' }, 5] });
    expect(call.refusal).toMatchObject({ code: 'empty_batch_result' });
    expect(call.rejected).toHaveLength(2);
  });

  it('hands its context down, and the message wins', () => {
    const [event] = batch({
      context: { library: { name: 'go', version: '1' }, ip: '192.0.2.9', a: 1 },
      batch: [{ ...good, context: { library: { version: '2' }, a: null } }],
    }).accepted;
    expect(event?.context).toEqual({ library: { name: 'go', version: '2' }, ip: '192.0.2.9', a: null });
  });

  it('hands its context down to messages without one, and each has its own', () => {
    const { accepted } = batch(
      { context: { library: { name: 'go' } }, batch: [good, good] },
      { transport: 'device', ip: '192.0.2.1' },
    );
    expect(accepted.map(({ context }) => context)).toEqual(
      Array(2).fill({ library: { name: 'go' }, ip: '192.0.2.1' }),
    );
    expect(accepted[0]?.context).not.toBe(accepted[1]?.context);
  });

  it('hands its integrations down, and the message wins', () => {
    const events = batch({
      integrations: { All: false },
      batch: [
        { ...good, integrations: { Mixpanel: true } },
        { ...good, integrations: 'none' },
      ],
    }).accepted;
    expect(events.map(({ integrations }) => integrations)).toEqual([
      { All: false, Mixpanel: true },
      { All: false },
    ]);
  });

  it('hands its sentAt down, and nothing else', () => {
    const { accepted } = batch({
      sentAt: '2026-01-02T03:04:04.500Z',
      messageId: 'envelope',
      timestamp: '2000-01-01T00:00:00Z',
      sequence: 1,
      batch: [
        { ...good, timestamp: '2026-01-02T03:00:00.000Z' },
        { ...good, timestamp: '2026-01-02T03:00:00.000Z', sentAt: '2026-01-02T03:04:05.500Z' },
        good,
      ],
    });
    expect(accepted.map(({ timestamp }) => timestamp)).toEqual([
      '2026-01-02T03:00:01.000Z',
      '2026-01-02T03:00:00.000Z',
      RECEIVED_AT,
    ]);
    expect(new Set(accepted.map(({ messageId }) => messageId)).size).toBe(3);
    expect(accepted.map(({ messageId }) => messageId)).not.toContain('envelope');
    expect(new Set(accepted.map(({ receivedAt }) => receivedAt))).toEqual(new Set([RECEIVED_AT]));
    expect(accepted[0]).not.toHaveProperty('sequence');
  });

  it('loses only the message that is too large', () => {
    const large = { ...good, properties: { x: 'x'.repeat(33_000) } };
    const call = batch({ batch: [good, large, good] });
    expect(call.accepted).toHaveLength(2);
    expect(call.rejected).toMatchObject([{ index: 1, code: 'event_too_large' }]);
  });

  it('takes a message of exactly the limit in bytes, not characters', () => {
    const sized = (bytes: number) => {
      const empty = Buffer.byteLength(JSON.stringify({ ...good, x: '' }));
      return { ...good, x: `ä${'x'.repeat(bytes - empty - 2)}` };
    };
    expect(codesOf({ batch: [sized(32_768), sized(32_769), good] })).toEqual([[1, 'event_too_large']]);
  });

  it('loses only the message that is nested too deep', () => {
    expect(codesOf({ batch: [good, { ...good, x: nested(100_000) }, good] })).toEqual([
      [1, 'nesting_too_deep'],
    ]);
  });

  it('is refused when its own context is nested too deep', () => {
    expect(batch({ context: { x: nested(100_000) }, batch: [good] }).refusal).toMatchObject({
      code: 'nesting_too_deep',
    });
  });

  it('cannot be made a mountain by its context', () => {
    const context = { x: 'x'.repeat(60_000) };
    expect(batch({ context, batch: Array(3).fill(good) }).accepted).toHaveLength(3);
    const large = { ...good, x: 'x'.repeat(6_000) };
    expect(codesOf({ context, batch: [good, large] })).toEqual([[1, 'event_too_large']]);
    expect(batch({ context, batch: Array(2500).fill(good) }).refusal).toMatchObject({
      code: 'payload_too_large',
    });
  });

  it('is measured by the limits it is given', () => {
    const call = aCall({ batch: [good, { ...good, x: 'x'.repeat(1000) }] }, { form: 'batch' });
    expect(normalize(call, new Limits(32_768, 1)).refusal).toMatchObject({ code: 'too_many_events' });
    expect(normalize(call, new Limits(512)).rejected).toMatchObject([{ index: 1, code: 'event_too_large' }]);
  });
});

it('counts the dates that it could not read, and not the missing ones', () => {
  const of = (body: object) => normalize(aCall(body, { form: 'batch' }), limits).unreadableDates;
  expect(of({ batch: [good, { ...good, timestamp: null, sentAt: '2026-01-02' }] })).toBe(0);
  expect(of({ batch: [{ ...good, timestamp: 'x', originalTimestamp: 7 }, good], sentAt: 'y' })).toBe(4);
  expect(of({ batch: [] })).toBe(0);
});
