import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { noDeliveryLog } from '../../../../test/support/no-delivery-log.js';
import { loadConfig } from '../../../config/load-config.js';
import { Gauges } from '../../../metrics/gauges.js';
import { DEFAULT_LIMITS } from '../../contract/handler.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { type HandlerCalls } from '../call/handler-calls.js';
import { type DestinationDirectory } from '../directory/destination-directory.js';
import { type DestinationPauser } from '../directory/destination-pauser.js';
import { type RetryLedger } from '../ledger/retry-ledger.js';
import { UserOrder } from '../ledger/user-order.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { Circuits } from './circuits.js';
import { type AttemptCandidate } from './attempted.js';
import { DeliveryAdmission } from './delivery-admission.js';
import { DeliveryEngine } from './delivery-engine.js';

const never = new AbortController().signal;
const ok: ItemResult = { kind: 'ok' };
const failed: ItemResult = { kind: 'retry', reason: 'down' };
const destination: PreparedDestination = {
  id: 'dst_1',
  workspaceId: 'wsp_1',
  handler: { type: 'test', title: 'Test', settings: Object, deliver: () => Promise.resolve([]) },
  settings: {},
  limits: { ...DEFAULT_LIMITS, ordering: 'per-user', concurrency: 1 },
  retryDelaysSeconds: null,
  sources: new Map(),
  version: 1,
  state: 'active',
};

let steps: string[];
let results: ItemResult[];
let waitingUsers: string[];
let isCurrent: boolean;
let circuits: Circuits;
let admission: DeliveryAdmission;

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));
beforeEach(() => {
  [steps, results, waitingUsers, isCurrent] = [[], [], [], true];
  circuits = new Circuits(new Gauges());
  const calls = {
    resultsOf: (_: unknown, items: readonly unknown[]) => {
      steps.push('call');
      return Promise.resolve(items.map(() => results.shift() ?? ok));
    },
  };
  const ledger = { usersWaiting: () => Promise.resolve(waitingUsers), hasNoUsersWaiting: () => false };
  const pauser = { pause: (_: unknown, reason: string) => Promise.resolve(steps.push(`pause: ${reason}`)) };
  admission = new DeliveryAdmission(
    circuits,
    { isCurrent: () => isCurrent } as unknown as DestinationDirectory,
    new UserOrder(ledger as unknown as RetryLedger),
    new DeliveryEngine(calls as unknown as HandlerCalls, loadConfig({}), noDeliveryLog, circuits),
    pauser as unknown as DestinationPauser,
  );
});

const candidatesOf = (...users: string[]): AttemptCandidate[] =>
  users.map((userId, index) => {
    const event = anEvent({ userId });
    return { delivery: { origin: `t/0/${index}`, item: { event, json: JSON.stringify(event), attempt: 1 } } };
  });

/** Admits and attempts; resolves to the outcomes as recorded, or undefined where nothing was admitted. */
const attempt = (candidates: AttemptCandidate[], keepsOrder = true) =>
  admission.admit(destination, never, (admitted) =>
    admitted.attempt(candidates, { keepsOrder }, (attempted) => {
      steps.push('record');
      return Promise.resolve(
        attempted.map(({ candidate, outcome }) => [candidate.delivery.item.event.userId, outcome.kind]),
      );
    }),
  );

/** Opens the circuit at time 0: a probe is due by the real clock, and a minute later by a faked one. */
function openCircuit(): void {
  const circuit = circuits.of(destination);
  for (let time = 0; time < 5; time += 1) circuit.failed(circuit.admit(0)!, 0);
}

describe('the steps around an attempt', () => {
  it('are the call and then the record, whose result is passed on', async () => {
    results = [ok, failed];
    expect(await attempt(candidatesOf('a', 'b'))).toEqual([
      ['a', 'delivered'],
      ['b', 'retry'],
    ]);
    expect(steps).toEqual(['call', 'call', 'record']);
  });

  it('pause the destination after the record where credentials are refused', async () => {
    results = [{ kind: 'auth', reason: 'http_401' }];
    expect(await attempt(candidatesOf('a', 'b'))).toEqual([
      ['a', 'held'],
      ['b', 'held'],
    ]);
    expect(steps).toEqual(['call', 'record', 'pause: http_401']);
  });

  it('keep candidates behind waiting deliveries of their user, unless they are those', async () => {
    waitingUsers = ['a'];
    expect(await attempt(candidatesOf('a', 'b'))).toEqual([
      ['a', 'behind'],
      ['b', 'delivered'],
    ]);
    expect(await attempt(candidatesOf('a'), false)).toEqual([['a', 'delivered']]);
  });

  it('hold candidates of a destination that has changed', async () => {
    isCurrent = false;
    expect(await attempt(candidatesOf('a'))).toEqual([['a', 'held']]);
    expect(steps).toEqual(['record']);
  });

  it('are none while the circuit is open, and one probe when it is due', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 100 });
    try {
      openCircuit();
      expect(await attempt(candidatesOf('a'))).toBeUndefined();
      expect(admission.waitMs(destination)).toBeGreaterThan(0);
      vi.setSystemTime(60_000);
      waitingUsers = ['a'];
      expect(await attempt(candidatesOf('a', 'b', 'c'))).toEqual([
        ['a', 'behind'],
        ['b', 'delivered'],
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('give the admission of a probe back, even where the work fails', async () => {
    openCircuit();
    const work = () => Promise.reject(new Error('claims are away'));
    await expect(admission.admit(destination, never, work)).rejects.toThrow('claims are away');
    expect(await attempt(candidatesOf('a'))).toEqual([['a', 'delivered']]);
  });
});
