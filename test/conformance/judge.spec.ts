import { beforeEach, describe, expect, it } from 'vitest';
import { type StoredRecord } from '../../src/event-log/reader.js';
import { anEvent } from '../support/events.js';
import { OK, refused } from './answers.js';
import { judge } from './judge.js';
import { type Outcome } from './play.js';
import { type Case } from './row.js';
import { KEY, post } from './sends.js';

const AT = '2026-11-21T12:00:00.000Z';
const send = post('/v1/track', {});
const event = anEvent({ messageId: 'm', projectId: 'main' });

const record = (topic: string, value: object, headers: Record<string, string>): StoredRecord => ({
  topic,
  partition: 0,
  offset: 0n,
  key: 'k',
  value: Buffer.from(JSON.stringify(value)),
  headers: { 'tributary-schema': '1.0', workspace: 'ws_1', source: 'main', receivedAt: AT, ...headers },
  timestamp: 0,
});
const eventRecord = (value = event): StoredRecord =>
  record('events', value, { type: value.type, messageId: value.messageId });
const answered = (status: number, text: string, headers = {}) => ({
  status,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(text.length),
    'cache-control': 'no-store',
    ...headers,
  },
  body: Buffer.from(text),
  from: Date.parse(AT),
  to: Date.parse(AT) + 5,
});

let outcome: { -readonly [Part in keyof Outcome]: Outcome[Part] };
beforeEach(() => {
  outcome = { answers: [answered(200, '{"success":true}')], events: [eventRecord()], rejected: [] };
});

const verdict = (scene: Partial<Case>) => () =>
  judge({ send, answer: OK, event: { userId: 'u1' }, ...scene }, outcome, (id) => id);

/** A suite that cannot fail proves nothing: each of these must be noticed. */
describe('the judge', () => {
  it('passes what is as it must be', () => expect(verdict({})).not.toThrow());

  it.each<[string, Partial<Case>]>([
    ['a field that is another', { event: { userId: 'u2' } }],
    ['a field that is missing', { event: { name: 'Home' } }],
    ['a number that became text', { event: { properties: { total: '12.5' } } }],
    ['a field that should be absent', { event: { absent: ['userId'] } }],
    ['a field too many', { event: { userId: 'u1', nothingElse: true } }],
    ['another time', { event: { times: { timestamp: (receivedAt) => receivedAt - 1 } } }],
    ['another destination', { event: { delivered: { Mixpanel: false } } }],
    ['an event that should not be there', { events: [] }],
    ['an event that is missing', { events: [{}, {}] }],
    ['a rejection that is missing', { rejected: ['no_user_anon_id'] }],
    ['another answer', { answer: refused(400, 'invalid_json') }],
    ['a header that is missing', { answer: { ...OK, headers: { 'retry-after': '1' } } }],
    ['a header too many', { answer: { ...OK, headers: { 'cache-control': null } } }],
    ['another header', { answer: { ...OK, headers: { 'cache-control': /^no-cache/ } } }],
  ])('notices %s', (_, scene) => expect(verdict(scene)).toThrow());

  it('notices other bytes', () => {
    outcome.answers = [answered(200, '{"success": true}')];
    expect(verdict({})).toThrow();
  });

  it('notices 201', () => {
    outcome.answers = [answered(201, '{"success":true}')];
    expect(verdict({})).toThrow();
  });

  it('notices an error without a sentence', () => {
    outcome = {
      answers: [answered(401, '{"success":false,"message":"","code":"x"}')],
      events: [],
      rejected: [],
    };
    expect(verdict({ answer: refused(401, 'x'), events: [] })).toThrow();
  });

  it('notices a rejection that nobody expects', () => {
    outcome.rejected = [record('rejected', { code: 'x', original: '' }, { code: 'x' })];
    expect(verdict({})).toThrow();
  });

  it('notices a write key in the log, an event twice, and a time of arrival that cannot be', () => {
    outcome.events = [eventRecord({ ...event, properties: { key: KEY } })];
    expect(verdict({})).toThrow();
    outcome.events = [eventRecord(), eventRecord()];
    expect(verdict({ events: [{}, {}] })).toThrow();
    outcome.events = [eventRecord({ ...event, receivedAt: '2026-11-21T12:00:01.000Z' })];
    expect(verdict({})).toThrow();
  });

  it('notices a request without an answer', () => {
    outcome.failure = new Error('hung up');
    expect(verdict({})).toThrow('no answer');
  });
});
