import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Received, type Receiver, startReceiver } from '../../../../test/support/receiver.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { type DeliveryNetwork } from '../../contract/network.js';
import { AddressGuard } from '../../outgoing/address-guard.js';
import { GuardedNetwork } from '../../outgoing/guarded-network.js';
import { ClickHouseSettings } from './clickhouse.settings.js';
import { clickHouseFailure } from './clickhouse.failure.js';
import { ClickHouseClient } from './clickhouse.client.js';

/** Responses that the engine of the integration tests never gives: those of a proxy, and broken ones. */
describe('a response of ClickHouse', () => {
  let receiver: Receiver;
  let opened = 0;
  const servers: ClickHouseClient[] = [];
  const guarded = new GuardedNetwork(new AddressGuard(['127.0.0.0/8']));
  const network: DeliveryNetwork = {
    connect: (to) => {
      opened += 1;
      return guarded.connect(to);
    },
    socket: (options) => guarded.socket(options),
    contain: (socket) => guarded.contain(socket),
  };

  function serverAt(url: string): ClickHouseClient {
    const settings = Object.assign(new ClickHouseSettings(), { url, username: 'ü', password: 'a:b' });
    const server = new ClickHouseClient(settings, network);
    servers.push(server);
    return server;
  }
  const insert = (server: ClickHouseClient, signal = new AbortController().signal) =>
    server.run(
      { query: 'INSERT INTO t FORMAT JSONEachRow', rows: Readable.from(['{}']), token: 'x' },
      signal,
    );
  const resultOf = (run: Promise<void>): Promise<ItemResult> =>
    run.then(
      () => ({ kind: 'ok' }),
      (error: unknown) => clickHouseFailure(error).result,
    );

  beforeEach(async () => {
    receiver = await startReceiver();
    opened = 0;
  });
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
    await receiver.close();
  });

  it.each<[number, Record<string, string>, string, ItemResult]>([
    [200, {}, '', { kind: 'ok' }],
    [200, {}, 'Code: 241. DB::Exception', { kind: 'retry', reason: 'unexpected_answer', status: 200 }],
    [200, code(241), '', { kind: 'retry', reason: 'clickhouse_241', status: 200 }],
    [500, code(252), 'x', { kind: 'retry', reason: 'clickhouse_252', status: 500 }],
    [503, { 'Retry-After': '7' }, '', { kind: 'retry', reason: 'http_503', status: 503, afterMs: 7_000 }],
    [
      500,
      { ...code(202), 'Retry-After': '7' },
      'x',
      { kind: 'retry', reason: 'clickhouse_202', status: 500, afterMs: 7_000 },
    ],
    [500, code(469), 'x', { kind: 'reject', reason: 'clickhouse_469', status: 500 }],
    [403, code(516), 'x', { kind: 'auth', reason: 'clickhouse_516', status: 403 }],
    [500, { ...code(497), 'Retry-After': '7' }, 'x', { kind: 'auth', reason: 'clickhouse_497', status: 500 }],
    [403, {}, 'x', { kind: 'auth', reason: 'http_403', status: 403, doubt: 'event' }],
    [404, code(60), 'x', { kind: 'auth', reason: 'clickhouse_60', status: 404, doubt: 'moment' }],
    [500, code(48), 'x', { kind: 'auth', reason: 'clickhouse_48', status: 500 }],
    [413, {}, 'x', { kind: 'reject', reason: 'http_413', status: 413 }],
    [404, {}, '<html>', { kind: 'retry', reason: 'http_404', status: 404 }],
    [307, { Location: '/elsewhere' }, '', { kind: 'retry', reason: 'http_307', status: 307 }],
  ])('of %i with %j and "%s" means %j, after one request', async (status, headers, body, result) => {
    receiver.answer = { status, headers, body };
    expect(await resultOf(insert(serverAt(receiver.url)))).toEqual(result);
    expect(receiver.requests).toHaveLength(1);
  });

  it('follows a compressed request that waits for the end of the query and names the product', async () => {
    await insert(serverAt(receiver.url));
    const [{ path, headers }] = receiver.requests as [Received];
    expect(Object.fromEntries(new URL(path, receiver.url).searchParams)).toMatchObject({
      query: 'INSERT INTO t FORMAT JSONEachRow',
      insert_deduplication_token: 'x',
      wait_end_of_query: '1',
      async_insert: '0',
      max_execution_time: '30',
    });
    expect(headers).toMatchObject({
      'content-encoding': 'gzip',
      authorization: `Basic ${Buffer.from('ü:a:b').toString('base64')}`,
      'user-agent': expect.stringMatching(/^Tributary /) as unknown,
    });
  });

  it('leaves the connection open for the next statement', async () => {
    const server = serverAt(receiver.url);
    for (let round = 0; round < 3; round += 1) await insert(server);
    expect(opened).toBe(1);
  });

  it.each([
    ['before it begins', false],
    ['after its status', true],
  ])('that breaks off %s is no success, and the client prints nothing', async (_, begins) => {
    const printed = (['error', 'warn', 'log'] as const).map((name) => vi.spyOn(console, name));
    const bad = createServer((request, response) => {
      request.resume().on('end', () => {
        if (!begins) return response.destroy();
        response.writeHead(200, { 'content-length': '100' }).flushHeaders();
        return setTimeout(() => response.destroy(), 50);
      });
    });
    await once(bad.listen(0, '127.0.0.1'), 'listening');
    const { port } = bad.address() as AddressInfo;
    expect(await resultOf(insert(serverAt(`http://127.0.0.1:${port}`)))).toEqual({
      kind: 'retry',
      reason: 'connection_reset',
    });
    for (const spy of printed) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
    bad.close();
  });

  it('is not awaited after the signal aborts, neither before nor after its status', async () => {
    const silent = createServer((request, response) => {
      request.resume();
      if (request.url?.includes('SELECT')) response.writeHead(200, { 'content-length': '1' }).flushHeaders();
    });
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const server = serverAt(`http://127.0.0.1:${(silent.address() as AddressInfo).port}`);
    const stop = new AbortController();
    const runs = ['INSERT', 'SELECT'].map((query) =>
      server.run({ query, rows: Readable.from(['{}']) }, stop.signal),
    );
    const ends = Promise.allSettled(runs);
    await once(silent, 'request');
    setTimeout(() => stop.abort(), 100);
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(insert(server, stop.signal)).rejects.toThrow();
    const closed = once(silent, 'close');
    silent.close();
    await closed;
  });

  it('is not awaited when the signal aborts during the TLS handshake', async () => {
    const silent = createNetServer((socket) => socket.resume());
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const stop = new AbortController();
    const run = insert(serverAt(`https://127.0.0.1:${(silent.address() as AddressInfo).port}`), stop.signal);
    const end = Promise.allSettled([run]);
    await once(silent, 'connection');
    stop.abort();
    expect(await end).toMatchObject([{ status: 'rejected' }]);
    const closed = once(silent, 'close');
    silent.close();
    await closed;
  });
});

function code(number: number): Record<string, string> {
  return { 'X-ClickHouse-Exception-Code': String(number) };
}
