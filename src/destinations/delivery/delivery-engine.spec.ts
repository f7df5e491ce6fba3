import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anEvent } from '../../../test/support/events.js';
import { loadConfig } from '../../config/load-config.js';
import {
  DEFAULT_LIMITS,
  DeliveryError,
  type Handler,
  type HandlerLimits,
  type ItemResult,
} from '../handler.js';
import { HttpClient } from '../http/http-client.js';
import { DeliveryEngine } from './delivery-engine.js';
import { Terminal } from './terminal.js';

const config = loadConfig({});
const engine = new DeliveryEngine(new HttpClient(config), new Terminal(), config);
const never = new AbortController().signal;
const ok: ItemResult = { kind: 'ok' };

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

const deliveries = (count: number, userId = 'u') =>
  Array.from({ length: count }, (_, index) => {
    const event = anEvent({ userId, event: String(index) });
    return { origin: `t/0/${index}`, item: { event, json: JSON.stringify(event), attempt: 1 } };
  });

function attempt(
  count: number,
  deliver: Handler['deliver'],
  limits: Partial<HandlerLimits> = {},
  signal: AbortSignal = never,
) {
  const handler: Handler = { type: 'test', title: 'Test', settings: Object, deliver };
  const destination = {
    id: 'dst_1',
    workspaceId: 'wsp_1',
    handler,
    settings: {},
    limits: { ...DEFAULT_LIMITS, ...limits },
    sources: new Map(),
    state: 'active' as const,
  };
  return engine.attempt(destination, deliveries(count), signal);
}

describe('DeliveryEngine', () => {
  it('gives each delivery the outcome of its own result', async () => {
    const results: ItemResult[] = [ok, { kind: 'reject', reason: 'r' }, { kind: 'filtered', reason: 'f' }];
    const outcomes = await attempt(3, () => Promise.resolve(results), { maxItems: 3 });
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'dead', 'filtered']);
  });

  it.each<[string, Handler['deliver'], object]>([
    ['a throw', () => Promise.reject(new Error('x')), { kind: 'retry', reason: 'x' }],
    [
      'a throw before the promise',
      () => {
        throw new Error('x');
      },
      { kind: 'retry', reason: 'x' },
    ],
    [
      'a DeliveryError',
      () => Promise.reject(new DeliveryError({ kind: 'reject', reason: 'no' })),
      { kind: 'dead', reason: 'no' },
    ],
    ['too few results', () => Promise.resolve([ok]), { kind: 'retry', reason: 'handler_contract' }],
    ['too many results', () => Promise.resolve([ok, ok, ok]), { kind: 'retry', reason: 'handler_contract' }],
    ['no end', () => new Promise(() => undefined), { kind: 'retry', reason: 'timeout' }],
  ])('takes %s for the result of the whole batch', async (_, deliver, outcome) => {
    const outcomes = await attempt(2, deliver, { maxItems: 2, timeoutMs: 20 });
    expect(outcomes).toMatchObject([outcome, outcome]);
  });

  it('goes no wider than the limit', async () => {
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

  it('delivers the events of a user one after another where the type asks for it', async () => {
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

  it('tries nothing more once the credentials are refused', async () => {
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

  it('ends what is under way and holds the rest when a stop comes', async () => {
    const stop = new AbortController();
    const deliver = () => {
      stop.abort();
      return new Promise<ItemResult[]>((resolve) => setImmediate(() => resolve([ok])));
    };
    const outcomes = await attempt(3, deliver, { concurrency: 1 }, stop.signal);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'held', 'held']);
  });
});
