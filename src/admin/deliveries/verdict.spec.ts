import { describe, expect, it } from 'vitest';
import {
  type RecordedAttempt,
  type Candidate,
  type Dead,
  type DeliveryFacts,
  type Waiting,
} from './delivery-facts.js';
import { type Message, silenceOf, verdictOf } from './verdict.js';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 21, 12, minute));
const attempt = (
  minute: number,
  outcome: RecordedAttempt['outcome'],
  reason: string | null = null,
): RecordedAttempt => ({
  destinationId: 'dst_1',
  sourceId: 'src_1',
  at: at(minute),
  attempt: 1,
  outcome,
  status: null,
  reason,
  replay: false,
  receivedAt: at(0),
});
const waits: Waiting = {
  destinationId: 'dst_1',
  event: '{}',
  dueAt: at(9),
  reason: 'http_500',
};
const dead = (minute: number, redelivered: number | null = null): Dead => ({
  id: 'dl_1',
  destinationId: 'dst_1',
  sourceId: 'src_1',
  failedAt: at(0),
  deadAt: at(minute),
  redeliveredAt: redelivered === null ? null : at(redelivered),
  reason: 'http_400',
});
const facts = (given: Partial<DeliveryFacts>): DeliveryFacts => ({
  attempts: [],
  waiting: [],
  dead: [],
  ...given,
});

describe('the verdict on a message at a destination', () => {
  it.each<[string, Partial<DeliveryFacts>, string | undefined, string | null]>([
    ['delivered', { attempts: [attempt(1, 'delivered')] }, 'delivered', null],
    ['excluded', { attempts: [attempt(1, 'filtered', 'integrations')] }, 'filtered', 'integrations'],
    ['not wanted by the handler', { attempts: [attempt(1, 'filtered', 'no_use')] }, 'filtered', 'no_use'],
    ['waiting', { attempts: [attempt(1, 'retry', 'timeout')], waiting: [waits] }, 'retrying', 'http_500'],
    ['waiting, of which no attempt is known', { waiting: [waits] }, 'retrying', 'http_500'],
    ['given up', { attempts: [attempt(1, 'dead', 'http_400')], dead: [dead(2)] }, 'dead', 'http_400'],
    ['given up, of which no attempt is known', { dead: [dead(2)] }, 'dead', 'http_400'],
    [
      'given up, and redelivered',
      { attempts: [attempt(5, 'delivered')], dead: [dead(2, 3)] },
      'delivered',
      null,
    ],
    ['on its way once more', { dead: [dead(2, 3)], waiting: [waits] }, 'retrying', 'http_500'],
    ['given up twice', { dead: [dead(6), dead(2, 3)] }, 'dead', 'http_400'],
    [
      'given up, and delivered by a replay',
      { attempts: [attempt(5, 'delivered')], dead: [dead(2)] },
      'delivered',
      null,
    ],
    [
      'redelivered with an unknown end',
      { attempts: [attempt(1, 'dead')], dead: [dead(2, 3)] },
      'unknown',
      null,
    ],
    ['tried, with an unknown end', { attempts: [attempt(1, 'retry', 'timeout')] }, 'unknown', 'timeout'],
    [
      'excluded, and delivered by a replay',
      { attempts: [attempt(1, 'filtered', 'disabled'), attempt(2, 'delivered')] },
      'delivered',
      null,
    ],
    ['unheard of', {}, undefined, null],
  ])('%s', (_, given, outcome, reason) => {
    expect(verdictOf(facts(given))).toEqual(outcome && { outcome, reason });
  });
});

describe('the silence of a destination', () => {
  const candidate = (more: Partial<Candidate> = {}, since = at(0)): Candidate => ({
    id: 'dst_2',
    name: 'Second',
    type: 'webhook',
    enabled: true,
    pausedAt: null,
    createdAt: at(0),
    connections: [{ sourceId: 'src_1', since: since.toISOString() }],
    ...more,
  });
  const message: Message = {
    sourceIds: new Set(['src_1']),
    receivedAt: at(1).getTime(),
    isComplete: true,
    from: at(0).getTime(),
  };
  const unheardOf: Message = { ...message, sourceIds: new Set(), receivedAt: undefined };
  const sparse: Message = { ...message, isComplete: false };
  const old: Message = { ...message, from: at(2).getTime() };
  const paused = candidate({ pausedAt: at(0), enabled: false });
  const newer = candidate({ createdAt: at(2) }, at(2));

  it.each<[string, Candidate, Message, string | undefined, string | null]>([
    ['means that it is to come', candidate(), message, 'pending', null],
    ['means so too while it is paused', paused, message, 'pending', null],
    [
      'means that it is skipped while disabled',
      candidate({ enabled: false }),
      message,
      'filtered',
      'disabled',
    ],
    ['means nothing where successes are not kept', candidate(), sparse, 'unknown', 'not_written_down'],
    ['means nothing about an old message', candidate(), old, 'unknown', 'out_of_window'],
    [
      'means nothing about one of unknown age',
      candidate(),
      { ...message, receivedAt: undefined },
      'unknown',
      null,
    ],
    ['means nothing about a message that nobody knows', candidate(), unheardOf, 'unknown', null],
    ['may mean that it was connected later', candidate({}, at(2)), message, 'unknown', 'connected_later'],
    ['means that it was made later', newer, message, 'not_sent', 'created_later'],
    ['means so whatever is kept', newer, sparse, 'not_sent', 'created_later'],
    ['is right without a connection', candidate({ connections: [] }), unheardOf, undefined, null],
    [
      'is right with another source',
      candidate(),
      { ...message, sourceIds: new Set(['src_2']) },
      undefined,
      null,
    ],
  ])('%s', (_, given, about, outcome, reason) => {
    expect(silenceOf(given, about)).toEqual(outcome && { outcome, reason });
  });
});
