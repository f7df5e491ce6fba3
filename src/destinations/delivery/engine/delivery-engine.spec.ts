import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { noBulkhead } from '../../../../test/support/bulkhead/no-bulkhead.js';
import { noDeliveryLog } from '../../../../test/support/no-delivery-log.js';
import { terminalTo } from '../../../../test/support/terminal.js';
import { loadConfig } from '../../../config/load-config.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { DEFAULT_LIMITS, type Handler, type HandlerLimits } from '../../contract/handler.js';
import { Gauges } from '../../../metrics/gauges.js';
import { HttpClient } from '../../outgoing/http-client.js';
import { AddressGuard } from '../../outgoing/address-guard.js';
import { GuardedNetwork } from '../../outgoing/guarded-network.js';
import { Circuits } from './circuits.js';
import { type Delivery } from '../model/delivery.js';
import { DeliveryEngine } from './delivery-engine.js';
import { HandlerCalls } from '../call/handler-calls.js';
import { OpenHandlers } from '../call/open-handlers.js';

const config = loadConfig({});
const guard = new AddressGuard([]);
const network = new GuardedNetwork(guard);
const calls = new HandlerCalls(new HttpClient(guard), terminalTo([]), new OpenHandlers(network), noBulkhead);
const circuits = new Circuits(new Gauges());
const engine = new DeliveryEngine(calls, config, noDeliveryLog, circuits);
const never = new AbortController().signal;
const ok: ItemResult = { kind: 'ok' };

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

const deliveries = (count: number, userId = 'u') =>
  Array.from({ length: count }, (_, index) => {
    const event = anEvent({ userId, event: String(index) });
    return { origin: `t/0/${index}`, item: { event, json: JSON.stringify(event), attempt: 1 } };
  });

let made = 0;

/** A destination of its own, with its circuit. */
function target(deliver: Handler['deliver'], limits: Partial<HandlerLimits> = {}) {
  const handler: Handler = { type: 'test', title: 'Test', settings: Object, deliver };
  const destination = {
    id: `dst_${(made += 1)}`,
    workspaceId: 'wsp_1',
    handler,
    settings: {},
    limits: { ...DEFAULT_LIMITS, ...limits },
    retryDelaysSeconds: null,
    sources: new Map(),
    version: 1,
    state: 'active' as const,
  };
  return { destination, circuit: circuits.of(destination) };
}

function attempt(
  given: number | ReturnType<typeof deliveries>,
  deliver: Handler['deliver'],
  limits: Partial<HandlerLimits> = {},
  signal: AbortSignal = never,
) {
  const { destination } = target(deliver, limits);
  return engine.attempt(destination, typeof given === 'number' ? deliveries(given) : given, signal);
}

describe('DeliveryEngine', () => {
  it('gives each delivery the outcome of its own result', async () => {
    const results: ItemResult[] = [ok, { kind: 'reject', reason: 'r' }, { kind: 'filtered', reason: 'f' }];
    const outcomes = await attempt(3, () => Promise.resolve(results), { maxItems: 3 });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'dead', 'filtered']);
  });

  it.each<[string, Handler['deliver'], object]>([
    ['a throw', () => Promise.reject(new Error('x')), { kind: 'retry', reason: 'handler_error' }],
    [
      'a throw before the promise',
      () => {
        throw new Error('x');
      },
      { kind: 'retry', reason: 'handler_error' },
    ],
    [
      'a DeliveryError',
      () => Promise.reject(new DeliveryError({ kind: 'reject', reason: 'no' })),
      { kind: 'dead', reason: 'no' },
    ],
    ['too few results', () => Promise.resolve([ok]), { kind: 'retry', reason: 'handler_contract' }],
    ['too many results', () => Promise.resolve([ok, ok, ok]), { kind: 'retry', reason: 'handler_contract' }],
    ['no end', () => new Promise(() => undefined), { kind: 'retry', reason: 'timeout' }],
  ])('applies %s to the whole batch', async (_, deliver, outcome) => {
    const outcomes = await attempt(2, deliver, { maxItems: 2, timeoutMs: 20 });
    expect(outcomes).toMatchObject([outcome, outcome]);
  });

  it('gives deliveries that failed in one call the same delay, so that they are retried together', async () => {
    const failing = () => Promise.reject(new Error('x'));
    const outcomes = await attempt(20, failing, { maxItems: 10 });
    const waits = outcomes.map((outcome) => outcome.kind === 'retry' && outcome.delayMs);
    expect([new Set(waits.slice(0, 10)).size, new Set(waits.slice(10)).size]).toEqual([1, 1]);
  });

  it('uses the delays of the destination, where it has a list', async () => {
    const { destination } = target(() => Promise.reject(new Error('x')), { maxItems: 2 });
    const listed = { ...destination, retryDelaysSeconds: [7] };
    const [first, second] = deliveries(2) as [Delivery, Delivery];
    const again = { ...second, item: { ...second.item, attempt: 2 } };
    const outcomes = await engine.attempt(listed, [first, again], never);
    expect(outcomes).toMatchObject([{ kind: 'retry' }, { kind: 'dead' }]);
    const wait = outcomes[0]?.kind === 'retry' ? outcomes[0].delayMs : 0;
    expect(wait).toBeGreaterThanOrEqual(7_000);
    expect(wait).toBeLessThanOrEqual(7_700);
  });

  it('keeps to the concurrency of the type', async () => {
    let [now, most] = [0, 0];
    await attempt(
      20,
      async (items) => {
        most = Math.max(most, ++now);
        await new Promise(setImmediate);
        now -= 1;
        return items.map(() => ok);
      },
      { concurrency: 3 },
    );
    expect(most).toBe(3);
  });

  it('delivers the events of a user in sequence where the type wants order', async () => {
    const seen: string[] = [];
    await attempt(
      4,
      async (items) => {
        seen.push(`begin ${items[0]?.event.event}`);
        await new Promise(setImmediate);
        seen.push(`end ${items[0]?.event.event}`);
        return [ok];
      },
      { ordering: 'per-user' },
    );
    expect(seen).toEqual(['0', '1', '2', '3'].flatMap((name) => [`begin ${name}`, `end ${name}`]));
  });

  it('attempts nothing of a user behind a failure, and goes on with other users', async () => {
    const tried: string[] = [];
    const deliver: Handler['deliver'] = ([item]) => {
      const name = `${item?.event.userId} ${item?.event.event}`;
      tried.push(name);
      return Promise.resolve([name === 'a 0' ? { kind: 'retry', reason: 'busy' } : ok]);
    };
    const limits = { ordering: 'per-user' as const, concurrency: 1 };
    const given = [...deliveries(3, 'a'), ...deliveries(2, 'b')];
    const outcomes = await attempt(given, deliver, limits);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['retry', 'behind', 'behind', 'delivered', 'delivered']);
    expect(tried).toEqual(['a 0', 'b 0', 'b 1']);
  });

  it('attempts nothing of users with waiting deliveries, and probes with the first other user', async () => {
    const { circuit, destination } = target(() => Promise.resolve([{ kind: 'retry', reason: 'busy' }]), {
      ordering: 'per-user',
    });
    for (let time = 0; time < 5; time += 1) circuit.failed(circuit.admit(0)!, 0);
    const given = [...deliveries(2, 'a'), ...deliveries(1, 'b')];
    const options = { pass: circuit.admit(60_000)!, behind: new Set(['a']) };
    const outcomes = await engine.attempt(destination, given, never, options);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['behind', 'behind', 'retry']);
  });

  it('makes no call after five consecutive failures, and none while the circuit is open', async () => {
    let called = 0;
    const { destination } = target(
      () => {
        called += 1;
        return Promise.reject(new Error('away'));
      },
      { concurrency: 2 },
    );
    const outcomes = await engine.attempt(destination, deliveries(20), never);
    expect(called).toBeLessThanOrEqual(6);
    expect(outcomes.findIndex(({ kind }) => kind === 'held')).toBe(called);
    expect(outcomes.slice(called).every(({ kind }) => kind === 'held')).toBe(true);
    const before = called;
    await engine.attempt(destination, deliveries(3), never);
    expect(called).toBe(before);
  });

  it('attempts nothing after refused credentials', async () => {
    let calls = 0;
    const deliver = () => {
      calls += 1;
      return Promise.resolve([calls === 2 ? { kind: 'auth' as const, reason: 'http_401' } : ok]);
    };
    const outcomes = await attempt(5, deliver, { concurrency: 1 });
    expect(calls).toBe(2);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'held', 'held', 'held', 'held']);
    expect(outcomes[1]).toMatchObject({ auth: true, reason: 'http_401' });
  });

  it('finishes in-flight calls and holds the rest at a stop', async () => {
    const stop = new AbortController();
    const deliver = () => {
      stop.abort();
      return new Promise<ItemResult[]>((resolve) => setImmediate(() => resolve([ok])));
    };
    const outcomes = await attempt(3, deliver, { concurrency: 1 }, stop.signal);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'held', 'held']);
  });

  it('finds the one refused item among a thousand in about twenty calls', async () => {
    let called = 0;
    const outcomes = await attempt(
      1_000,
      (items) => {
        called += 1;
        const isRefused = items.some(({ event }) => event.event === '617');
        if (isRefused) throw new DeliveryError({ kind: 'reject', reason: 'poison' });
        return Promise.resolve(items.map(() => ok));
      },
      { maxItems: 1_000 },
    );
    const dead = outcomes.flatMap(({ kind }, index) => (kind === 'dead' ? [index] : []));
    expect(dead).toEqual([617]);
    expect(outcomes.filter(({ kind }) => kind === 'delivered')).toHaveLength(999);
    expect(called).toBeLessThanOrEqual(21);
  });

  it('does not halve a batch that failed for another reason', async () => {
    let called = 0;
    const outcomes = await attempt(
      8,
      () => {
        called += 1;
        throw new DeliveryError({ kind: 'retry', reason: 'busy' });
      },
      { maxItems: 8 },
    );
    expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['retry']));
    expect(called).toBe(1);
  });
});
