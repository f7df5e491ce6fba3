import { Test } from '@nestjs/testing';
import { IsOptional } from 'class-validator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { noBulkhead } from '../../../test/support/bulkhead/no-bulkhead.js';
import { eventually } from '../../../test/support/eventually.js';
import { type Receiver, startReceiver } from '../../../test/support/receiver.js';
import { terminalTo } from '../../../test/support/terminal.js';
import { ConfigModule } from '../../config/config.module.js';
import { loadConfig } from '../../config/load-config.js';
import { defineHandler } from '../contract/define-handler.js';
import { type Handler } from '../contract/handler.js';
import { console_ } from '../handlers/console/console.handler.js';
import { webhook } from '../handlers/webhook/webhook.handler.js';
import { AddressCheck } from '../outgoing/address-check.js';
import { HttpClient } from '../outgoing/http-client.js';
import { AddressGuard } from '../outgoing/address-guard.js';
import { GuardedNetwork } from '../outgoing/guarded-network.js';
import { HandlerCalls } from '../delivery/call/handler-calls.js';
import { OpenHandlers } from '../delivery/call/open-handlers.js';
import { TestDelivery } from './test-delivery.js';
import { TestDeliveryModule } from './test-delivery.module.js';

const guard = new AddressGuard(['127.0.0.0/8']);
const http = new HttpClient(guard);
const lines: string[] = [];
const network = new GuardedNetwork(guard);
const open = new OpenHandlers(network);
const tests = new TestDelivery(new HandlerCalls(http, terminalTo(lines), open, noBulkhead));
let receiver: Receiver;

beforeAll(async () => void (receiver = await startReceiver()));
beforeEach(() => {
  receiver.requests.length = 0;
  receiver.answer = { status: 200 };
});
afterEach(() => void vi.useRealTimers());
afterAll(async () => {
  await http.onApplicationShutdown();
  await receiver.close();
});

const attempt = (more: object = {}, settings: object = {}) =>
  tests.attempt({ handler: webhook, settings: { url: receiver.url, ...settings }, ...more });

describe('TestDelivery', () => {
  it.each([
    [{ status: 202, body: 'thanks' }, { outcome: 'delivered' }],
    [
      { status: 500, body: 'oops' },
      { outcome: 'retry', reason: 'http_500', status: 500 },
    ],
    [
      { status: 404, body: '' },
      { outcome: 'rejected', reason: 'http_404', status: 404 },
    ],
    [
      { status: 401, body: 'who?' },
      { outcome: 'unauthorized', reason: 'http_401', status: 401 },
    ],
  ])('reports the response %j as %j', async (answer, facts) => {
    receiver.answer = answer;
    const result = await attempt();
    expect(result).toMatchObject({ ...facts, response: answer });
    expect(receiver.events()).toEqual([result.event]);
  });

  it('sends a sample track event, or the given event', async () => {
    expect((await attempt()).event).toMatchObject({
      type: 'track',
      event: 'Test Event',
      properties: { test: true },
    });
    const event = { type: 'page', name: 'Home', properties: { a: 1 } } as const;
    expect((await attempt({ event })).event).toMatchObject(event);
    expect(receiver.events()[1]).toMatchObject(event);
  });

  it('reports a failure without a response', async () => {
    const refused = await attempt({}, { url: 'http://127.0.0.1:1/' });
    expect(refused).toMatchObject({ outcome: 'retry', reason: 'connection_refused' });
    const blocked = await attempt({}, { url: 'https://10.0.0.1/' });
    expect(blocked).toMatchObject({ outcome: 'rejected', reason: 'address_blocked' });
    expect([refused.response, blocked.response]).toEqual([undefined, undefined]);
  });

  it('shows the start of a long response, with the secrets of the settings masked', async () => {
    const secret = `whsec_${Buffer.alloc(24, 'canary').toString('base64')}`;
    const token = 'canary "token" ✓/?';
    receiver.answer = ({ headers }) => ({
      status: 400,
      body:
        JSON.stringify({ saw: headers, all: [secret, token] }) +
        ` ${encodeURIComponent(token)} ${Buffer.from(token).toString('base64')} Basic-canary `.repeat(20) +
        'x'.repeat(5_000),
    });
    const headers = { authorization: 'Bearer Basic-canary', 'x-token': 'canary "token" ?' };
    const { response } = await attempt(
      {},
      { secret, headers: { ...headers, 'x-more': token.replace('✓', 'v') } },
    );
    expect(response!.status).toBe(400);
    expect(response!.body).toHaveLength(2_048);
    expect(response!.body).toContain('***');
    expect(response!.body).not.toContain('Basic-canary');
    expect(response!.body).not.toContain(secret.slice('whsec_'.length));
    expect(response!.body).not.toContain('canary \\"token\\" ?');
  });

  it('shows the lines that a handler prints', async () => {
    const result = await tests.attempt({ handler: console_, settings: { label: 'trial' } });
    expect(result).toMatchObject({
      outcome: 'delivered',
      printed: [expect.stringContaining('trial') as string],
    });
    expect(lines).toEqual(result.printed);
    expect(result.response).toBeUndefined();
  });

  class NoSettings {
    @IsOptional()
    note?: string;
  }
  const handlerOf = (deliver: Handler['deliver']) =>
    defineHandler({ type: 'odd', title: 'Odd', settings: NoSettings, deliver }) as Handler;

  it('works in a process without the delivery role', async () => {
    const config = loadConfig({ DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    const app = await Test.createTestingModule({
      imports: [ConfigModule.with(config), TestDeliveryModule],
    }).compile();
    const settings = { url: 'https://127.0.0.1/' };
    const result = await app.get(TestDelivery).attempt({ handler: webhook, settings });
    expect(result.reason).toBe('address_blocked');
    expect(await app.get(AddressCheck, { strict: false }).faultsOf(webhook, settings)).toHaveLength(1);
    await app.close();
  });

  it('gives up after ten seconds', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const handler = handlerOf(() => new Promise(() => undefined));
    const result = tests.attempt({ handler, settings: {} });
    await vi.advanceTimersByTimeAsync(9_999);
    const pending = await Promise.race([result, Promise.resolve('pending')]);
    await vi.advanceTimersByTimeAsync(1);
    expect([pending, await result]).toMatchObject(['pending', { outcome: 'retry', reason: 'timeout' }]);
  });

  it.each([0, 2])(
    'reports a handler that returns %i results for one event, as a delivery does',
    async (count) => {
      const results = Array.from({ length: count }, () => ({ kind: 'ok' as const }));
      const handler = handlerOf(() => Promise.resolve(results));
      expect(await tests.attempt({ handler, settings: {} })).toMatchObject({
        outcome: 'retry',
        reason: 'handler_contract',
      });
    },
  );

  it('opens what a handler keeps for itself, and closes it after the test', async () => {
    const closed: number[] = [];
    let opened = 0;
    const handler = {
      ...handlerOf(() => Promise.resolve([{ kind: 'ok' }])),
      open: () => {
        const number = (opened += 1);
        return { close: () => void closed.push(number) };
      },
    };
    for (const _ of [1, 2]) await tests.attempt({ handler, settings: {} });
    await eventually(() => expect(closed).toEqual([1, 2]));
  });

  it('reports that a type filters the event', async () => {
    const handler = handlerOf(() => Promise.resolve([{ kind: 'filtered', reason: 'no_email' }]));
    expect(await tests.attempt({ handler, settings: {} })).toMatchObject({
      outcome: 'filtered',
      reason: 'no_email',
    });
  });
});
