import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { noBulkhead } from '../../../../test/support/bulkhead/no-bulkhead.js';
import { anEvent } from '../../../../test/support/events.js';
import { noDeliveryLog } from '../../../../test/support/no-delivery-log.js';
import { terminalTo } from '../../../../test/support/terminal.js';
import { loadConfig } from '../../../config/load-config.js';
import { Gauges } from '../../../metrics/gauges.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type DeliveryItem, type ItemResult } from '../../contract/delivery-item.js';
import { DEFAULT_LIMITS, type Handler, type HandlerLimits } from '../../contract/handler.js';
import { AddressGuard } from '../../outgoing/address-guard.js';
import { GuardedNetwork } from '../../outgoing/guarded-network.js';
import { HttpClient } from '../../outgoing/http-client.js';
import { HandlerCalls } from '../call/handler-calls.js';
import { OpenHandlers } from '../call/open-handlers.js';
import { type Delivery } from '../model/delivery.js';
import { type PreparedDestination } from '../model/prepared-destination.js';
import { Circuits } from './circuits.js';
import { DeliveryEngine } from './delivery-engine.js';

const guard = new AddressGuard([]);
const open = new OpenHandlers(new GuardedNetwork(guard));
const calls = new HandlerCalls(new HttpClient(guard), terminalTo([]), open, noBulkhead);
const never = new AbortController().signal;
const ok: ItemResult = { kind: 'ok' };
const forbidden = {
  kind: 'auth',
  reason: 'http_403',
  status: 403,
  doubt: 'event',
  answer: 'no',
  answerCode: 'no',
} as const;
const dead = { kind: 'dead', reason: 'http_403', status: 403, answer: 'no', answerCode: 'no' };

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));
afterEach(() => void vi.useRealTimers());

const named = (...names: string[]): Delivery[] =>
  names.map((name, index) => {
    const event = anEvent({ userId: 'u', event: name });
    return { origin: `t/0/${index}-${name}`, item: { event, json: JSON.stringify(event), attempt: 1 } };
  });

/** A receiver whose firewall refuses calls that contain an event `script`. */
const firewall = (seen: string[][] = []) => ({
  deliver(items: readonly DeliveryItem[]): Promise<readonly ItemResult[]> {
    const names = items.map(({ event }) => event.event ?? '');
    seen.push(names);
    if (names.includes('script')) throw new DeliveryError(forbidden);
    return Promise.resolve(items.map(() => ok));
  },
});

function engineFor(deliver: Handler['deliver'], limits: Partial<HandlerLimits> = {}, delays?: number[]) {
  const engine = new DeliveryEngine(calls, loadConfig({}), noDeliveryLog, new Circuits(new Gauges()));
  const destination: PreparedDestination = {
    id: 'dst_1',
    workspaceId: 'wsp_1',
    handler: { type: 'test', title: 'Test', settings: Object, deliver },
    settings: {},
    limits: { ...DEFAULT_LIMITS, concurrency: 1, ...limits },
    retryDelaysSeconds: delays ?? null,
    sources: new Map(),
    version: 1,
    state: 'active',
  };
  return (...names: string[]) => engine.attempt(destination, named(...names), never);
}

describe('a refusal that may be the fault of an event', () => {
  it.each(['none', 'per-user'] as const)(
    'makes that event a dead letter when a later one succeeds, with order %s',
    async (ordering) => {
      const attempt = engineFor(firewall().deliver, { ordering });
      const outcomes = await attempt('first', 'script', 'last');
      expect(outcomes).toEqual([{ kind: 'delivered' }, dead, { kind: 'delivered' }]);
    },
  );

  it('is retried soon while no other event has been tried, also where the destination lists no delays', async () => {
    const [outcome] = await engineFor(firewall().deliver, {}, [])('script');
    expect(outcome).toEqual({ ...dead, kind: 'retry', delayMs: 1_500, isDoubtful: true });
  });

  it('costs no other event of its batch', async () => {
    const seen: string[][] = [];
    const attempt = engineFor(firewall(seen).deliver, { maxItems: 100 });
    const names = Array.from({ length: 100 }, (_, index) => (index === 42 ? 'script' : 'fine'));
    const outcomes = await attempt(...names);
    expect(outcomes.flatMap(({ kind }, index) => (kind === 'delivered' ? [] : [index]))).toEqual([42]);
    expect(outcomes[42]).toEqual(dead);
    expect(seen.length).toBeLessThan(20);
  });

  it('is the fault of its event beside an accepted one of the same call', async () => {
    const perItem = (items: readonly DeliveryItem[]) =>
      Promise.resolve(items.map(({ event }) => (event.event === 'script' ? forbidden : ok)));
    const outcomes = await engineFor(perItem, { maxItems: 10 })('script', 'fine');
    expect(outcomes).toEqual([dead, { kind: 'delivered' }]);
  });

  it('searches a batch that is refused as a whole in a limited number of calls', async () => {
    let called = 0;
    const refusing = () => {
      called += 1;
      throw new DeliveryError(forbidden);
    };
    const outcomes = await engineFor(refusing, { maxItems: 1_000 })(...Array<string>(1_000).fill('x'));
    expect(called).toBeLessThanOrEqual(257);
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['retry']));
  });

  it('pauses a destination that refuses everything, and makes no dead letter of it', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    const attempt = engineFor(() => Promise.reject(new DeliveryError(forbidden)));
    expect(new Set((await attempt('a', 'b')).map(({ kind }) => kind))).toEqual(new Set(['retry']));
    vi.advanceTimersByTime(11_000);
    expect(await attempt('a', 'b')).toMatchObject([
      { kind: 'held', auth: true, reason: 'http_403' },
      { kind: 'held', auth: false },
    ]);
  });

  it('does not pause a destination that accepts others, however many are refused', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    const { deliver } = firewall();
    const attempt = engineFor((items) => {
      vi.advanceTimersByTime(1);
      return deliver(items);
    });
    const kinds = new Set<string>();
    for (let round = 0; round < 20; round += 1) {
      const burst = Array.from({ length: 50 }, () => 'script');
      for (const { kind } of await attempt(...burst, `fine ${round}`)) kinds.add(kind);
      vi.advanceTimersByTime(30_000);
    }
    expect(kinds).toEqual(new Set(['dead', 'delivered']));
  });

  it('opens the circuit when a thousand events are refused and none succeeds', async () => {
    const attempt = engineFor(() => Promise.reject(new DeliveryError(forbidden)));
    const outcomes = await attempt(...Array.from({ length: 1_200 }, (_, index) => `e${index}`));
    const kinds = outcomes.map(({ kind }) => kind);
    expect([kinds.indexOf('held'), kinds.lastIndexOf('retry')]).toEqual([1_000, 999]);
  });
});
