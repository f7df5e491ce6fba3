import { describe, expect, it } from 'vitest';
import {
  type RecordedAttempt,
  type Candidate,
  type KnownDeadLetter,
  type DeliveryFacts,
  type WaitingDelivery,
} from './delivery-facts.js';
import { type KnownMessage, inferredOutcome, recordedOutcome } from './delivery-outcome.js';

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
const waits: WaitingDelivery = {
  destinationId: 'dst_1',
  event: '{}',
  dueAt: at(9),
  reason: 'http_500',
};
const dead = (minute: number, redelivered: number | null = null): KnownDeadLetter => ({
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

describe('recordedOutcome', () => {
  it.each<[string, Partial<DeliveryFacts>, string | undefined, string | null]>([
    ['delivered', { attempts: [attempt(1, 'delivered')] }, 'delivered', null],
    ['filtered', { attempts: [attempt(1, 'filtered', 'integrations')] }, 'filtered', 'integrations'],
    ['filtered by the handler', { attempts: [attempt(1, 'filtered', 'no_use')] }, 'filtered', 'no_use'],
    ['waiting', { attempts: [attempt(1, 'retry', 'timeout')], waiting: [waits] }, 'retrying', 'http_500'],
    ['waiting, without a record of an attempt', { waiting: [waits] }, 'retrying', 'http_500'],
    ['given up', { attempts: [attempt(1, 'dead', 'http_400')], dead: [dead(2)] }, 'dead', 'http_400'],
    ['given up, of which no attempt is known', { dead: [dead(2)] }, 'dead', 'http_400'],
    [
      'given up, and redelivered',
      { attempts: [attempt(5, 'delivered')], dead: [dead(2, 3)] },
      'delivered',
      null,
    ],
    ['redelivered and waiting', { dead: [dead(2, 3)], waiting: [waits] }, 'retrying', 'http_500'],
    ['given up twice', { dead: [dead(6), dead(2, 3)] }, 'dead', 'http_400'],
    [
      'given up, and delivered by a replay',
      { attempts: [attempt(5, 'delivered')], dead: [dead(2)] },
      'delivered',
      null,
    ],
    [
      'redelivered, with no later record',
      { attempts: [attempt(1, 'dead')], dead: [dead(2, 3)] },
      'unknown',
      null,
    ],
    ['attempted, with no later record', { attempts: [attempt(1, 'retry', 'timeout')] }, 'unknown', 'timeout'],
    [
      'filtered, and delivered by a replay',
      { attempts: [attempt(1, 'filtered', 'disabled'), attempt(2, 'delivered')] },
      'delivered',
      null,
    ],
    ['without records', {}, undefined, null],
  ])('%s', (_, given, outcome, reason) => {
    expect(recordedOutcome(facts(given))).toEqual(outcome && { outcome, reason });
  });
});

describe('inferredOutcome', () => {
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
  const message: KnownMessage = {
    sourceIds: new Set(['src_1']),
    receivedAt: at(1).getTime(),
    isComplete: true,
    from: at(0).getTime(),
  };
  const unrecorded: KnownMessage = { ...message, sourceIds: new Set(), receivedAt: undefined };
  const sparse: KnownMessage = { ...message, isComplete: false };
  const old: KnownMessage = { ...message, from: at(2).getTime() };
  const paused = candidate({ pausedAt: at(0), enabled: false });
  const newer = candidate({ createdAt: at(2) }, at(2));

  it.each<[string, Candidate, KnownMessage, string | undefined, string | null]>([
    ['is pending', candidate(), message, 'pending', null],
    ['is pending while it is paused', paused, message, 'pending', null],
    ['is filtered while it is disabled', candidate({ enabled: false }), message, 'filtered', 'disabled'],
    ['is unknown when successes are not recorded', candidate(), sparse, 'unknown', 'not_written_down'],
    ['is unknown for a message before the window', candidate(), old, 'unknown', 'out_of_window'],
    [
      'is unknown for a message of unknown age',
      candidate(),
      { ...message, receivedAt: undefined },
      'unknown',
      null,
    ],
    ['is unknown for a message without records', candidate(), unrecorded, 'unknown', null],
    ['is unknown when it was connected later', candidate({}, at(2)), message, 'unknown', 'connected_later'],
    ['is not sent when it was created later', newer, message, 'not_sent', 'created_later'],
    [
      'is not sent when it was created later, even if successes are not recorded',
      newer,
      sparse,
      'not_sent',
      'created_later',
    ],
    ['does not exist without a connection', candidate({ connections: [] }), unrecorded, undefined, null],
    [
      'does not exist for another source',
      candidate(),
      { ...message, sourceIds: new Set(['src_2']) },
      undefined,
      null,
    ],
  ])('%s', (_, given, about, outcome, reason) => {
    expect(inferredOutcome(given, about)).toEqual(outcome && { outcome, reason });
  });
});
