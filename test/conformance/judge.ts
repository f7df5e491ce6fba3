import { expect } from 'vitest';
import { passesIntegrations } from '../../src/destinations/delivery/model/eligible.js';
import { type StoredRecord } from '../../src/event-log/reader.js';
import { type CanonicalEvent, type JsonObject } from '../../src/events/event.js';
import { type Received } from './exchange.js';
import { type Outcome } from './play.js';
import { type Answer, type Case, type ExpectedEvent, type ExpectedRejection, type Time } from './row.js';
import { DISABLED_KEY, KEY, OTHER_KEY } from './sends.js';

/** `main` or `other` for the id of a source. */
type NameOf = (sourceId: string) => string;

const MADE_HERE = [
  'type',
  'messageId',
  'context',
  'integrations',
  'originalTimestamp',
  'sentAt',
  'receivedAt',
  'timestamp',
  'projectId',
  'version',
];
const KEYS = [KEY, OTHER_KEY, DISABLED_KEY, 'YOUR_WRITE_KEY'];
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Holds what became of a case against what must: answers, events and rejections, and nothing besides. */
export function judge(scene: Case, outcome: Outcome, nameOf: NameOf): void {
  if (outcome.failure !== undefined) throw new Error('a request got no answer', { cause: outcome.failure });
  const answers = answersOf(scene);
  expect(outcome.answers).toHaveLength(answers.length);
  answers.forEach((answer, index) => judgeAnswer(answer, outcome.answers[index]!));
  const expected = scene.events ?? (scene.event ? [scene.event] : []);
  expect(outcome.events.map(textOf)).toHaveLength(expected.length);
  expected.forEach((event, index) => judgeEvent(event, outcome.events[index]!, outcome.answers, nameOf));
  const ids = outcome.events.map(({ headers }) => `${headers['source']} ${headers['messageId']}`);
  expect(new Set(ids).size).toBe(ids.length);
  const receipts = new Set(outcome.events.map(({ headers }) => headers['receivedAt']));
  expect(receipts.size).toBeLessThanOrEqual(answers.length);
  judgeRejections(scene.rejected ?? answers.flatMap(rejectionOf), outcome.rejected, nameOf);
  expect(Object.keys(Object.prototype)).toEqual([]);
}

/** One answer for each request. */
function answersOf({ send, answer }: Case): readonly Answer[] {
  const sends = [send].flat();
  return Array.isArray(answer) ? (answer as Answer[]) : sends.map(() => answer as Answer);
}

function judgeAnswer(answer: Answer, { status, headers, body }: Received): void {
  expect(`${status} ${body.toString('latin1')}`).toMatch(new RegExp(`^${answer.status} `));
  if (Buffer.isBuffer(answer.body)) expect(body.toString('latin1')).toBe(answer.body.toString('latin1'));
  else judgeError(answer.body.code, body.toString());
  for (const [name, expected] of Object.entries(answer.headers)) {
    const given = headers[name];
    if (expected === null) expect(given, name).toBeUndefined();
    else if (typeof expected === 'string') expect(given, name).toBe(expected);
    else expect(given, name).toMatch(expected);
  }
}

/** The bytes are given but for the sentence, which is ours, and there. */
function judgeError(code: string, text: string): void {
  const { message } = JSON.parse(text) as { message: unknown };
  expect(message).toEqual(expect.stringMatching(/\w/));
  expect(text).toBe(JSON.stringify({ success: false, message, code }));
  if (code === 'payload_too_large') expect(message).toContain('Exceed payload limit');
}

function judgeEvent(
  { absent = [], times = {}, text, delivered = {}, nothingElse, ...fields }: ExpectedEvent,
  record: StoredRecord,
  answers: readonly Received[],
  nameOf: NameOf,
): void {
  const raw = textOf(record);
  const parsed = JSON.parse(raw) as CanonicalEvent;
  const event: CanonicalEvent = { ...parsed, projectId: nameOf(parsed.projectId) };
  judgeWhatEveryEventHas(event, record, answers);
  const wanted: JsonObject = { projectId: 'main', version: 2, ...fields };
  expect(Object.fromEntries(Object.keys(wanted).map((field) => [field, event[field]]))).toEqual(wanted);
  if (nothingElse === true) expect([...MADE_HERE, ...Object.keys(fields)]).toEqual(atLeastOf(event));
  for (const path of absent) expect(at(event, path), path).toBeUndefined();
  for (const [field, time] of Object.entries(times)) {
    expect(event[field], field).toBe(timeOf(time, Date.parse(event.receivedAt)));
  }
  if (text !== undefined) expect(raw).toContain(text);
  const wantedBy = Object.keys(delivered).map((title) => [
    title,
    passesIntegrations(event.integrations, title),
  ]);
  expect(Object.fromEntries(wantedBy)).toEqual(delivered);
}

function judgeWhatEveryEventHas(
  event: CanonicalEvent,
  { headers, value }: StoredRecord,
  answers: readonly Received[],
): void {
  expect(event.messageId).toMatch(/^.{1,100}$/u);
  for (const field of ['originalTimestamp', 'sentAt', 'receivedAt', 'timestamp'] as const) {
    expect(event[field], field).toMatch(ISO);
  }
  const received = Date.parse(event.receivedAt);
  expect(answers.some(({ from, to }) => received >= from && received <= to)).toBe(true);
  expect(headers).toMatchObject({
    'tributary-schema': expect.stringMatching(/^\d+\.\d+$/) as string,
    workspace: 'ws_1',
    type: event.type,
    messageId: event.messageId,
    receivedAt: event.receivedAt,
  });
  for (const key of KEYS) expect(value.toString()).not.toContain(key);
  expect(Object.hasOwn(event, 'writeKey')).toBe(false);
  expect(value.includes(0)).toBe(false);
}

function judgeRejections(
  expected: readonly ExpectedRejection[],
  records: readonly StoredRecord[],
  nameOf: NameOf,
): void {
  const given = records.map((record) => JSON.parse(textOf(record)) as JsonObject);
  const wanted = expected.map((one) => (typeof one === 'string' ? { code: one } : one));
  expect(given.map(({ code }) => code)).toEqual(wanted.map(({ code }) => code));
  expect(given).toMatchObject(wanted);
  for (const { headers, value } of records) {
    expect(nameOf(headers['source'] ?? '')).toMatch(/^(?:main|other)$/);
    for (const key of KEYS) expect(value.toString()).not.toContain(key);
  }
}

/** A call that is refused for what it holds reaches the rejected topic; one that nobody sent, or that waits, does not. */
const rejectionOf = ({ status, body }: Answer): string[] =>
  status === 400 && !Buffer.isBuffer(body) ? [body.code] : [];

const textOf = ({ value }: StoredRecord): string => value.toString();
const atLeastOf = (event: object): unknown => expect.arrayContaining(Object.keys(event));
const at = (event: JsonObject, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as JsonObject | undefined)?.[key], event);
const timeOf = (time: Time, receivedAt: number): string =>
  typeof time === 'string' ? time : new Date(time(receivedAt)).toISOString();
