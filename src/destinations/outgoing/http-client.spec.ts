import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../../../test/support/receiver.js';
import { resultOf } from '../contract/delivery-error.js';
import { type ItemResult } from '../contract/delivery-item.js';
import { AddressGuard } from './address-guard.js';
import { HttpClient } from './http-client.js';

const guarded = new HttpClient(new AddressGuard([]));
const open = new HttpClient(new AddressGuard(['127.0.0.0/8', '::1/128']));
const never = new AbortController().signal;
let receiver: Receiver;
let port: string;

beforeAll(async () => {
  receiver = await startReceiver();
  port = new URL(receiver.url).port;
});
afterAll(async () => {
  await guarded.onApplicationShutdown();
  await open.onApplicationShutdown();
  await receiver.close();
});

async function resultFrom(client: HttpClient, url: string, signal = never): Promise<ItemResult> {
  try {
    await client.until(signal).send(url, { body: '{}' });
    return { kind: 'ok' };
  } catch (error) {
    return resultOf(error);
  }
}

describe('HttpClient', () => {
  it.each([
    'http://127.0.0.1',
    'http://127.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0x7f.1',
    'http://0177.0.0.1',
    'http://017700000001',
    'http://127.0.0.1.',
    'http://0',
    'http://localhost',
    'http://[::1]',
    'http://[::]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[64:ff9b::127.0.0.1]',
    'http://[2002:7f00:1::]',
    'http://①②⑦.0.0.1',
    'https://127.0.0.1',
    'https://localhost',
    'http://169.254.169.254',
    'http://10.0.0.1',
    'http://100.64.0.1',
    'http://192.0.2.1',
    'http://198.18.0.1',
  ])('rejects %s and sends no byte', async (origin) => {
    const before = receiver.requests.length;
    expect(await resultFrom(guarded, `${origin}:${port}/`)).toEqual({
      kind: 'reject',
      reason: 'address_blocked',
    });
    expect(receiver.requests).toHaveLength(before);
  });

  it('rejects unencrypted public addresses with a reason of their own', async () => {
    expect(await resultFrom(guarded, 'http://93.184.216.34/')).toEqual({
      kind: 'reject',
      reason: 'https_required',
    });
  });

  it.each([
    ['ftp://example.com/', 'protocol_not_allowed'],
    ['https://user:password@example.com/', 'credentials_in_url'],
    ['nonsense', 'invalid_url'],
  ])('rejects %s', async (url, reason) => {
    expect(await resultFrom(open, url)).toEqual({ kind: 'reject', reason });
  });

  it('reaches networks that the operator allows, and names itself', async () => {
    expect(await resultFrom(open, receiver.url)).toEqual({ kind: 'ok' });
    expect(receiver.requests.at(-1)?.headers['user-agent']).toMatch(/^Tributary\/\d+\.\d+\.\d+$/);
  });

  it('does not follow a redirect', async () => {
    receiver.answer = { status: 302, headers: { location: receiver.url } };
    const before = receiver.requests.length;
    expect(await resultFrom(open, receiver.url)).toEqual({ kind: 'reject', reason: 'http_302', status: 302 });
    expect(receiver.requests).toHaveLength(before + 1);
  });

  it('keeps 64 kB of a response and does not read the rest', async () => {
    receiver.answer = { status: 200, body: 'x'.repeat(1_000_000) };
    const { body } = await open.until(never).send(receiver.url, { body: '' });
    expect(body).toHaveLength(65_536);
  });

  it('has a refused connection retried', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address() as { port: number };
    server.close();
    await once(server, 'close');
    const url = `http://127.0.0.1:${address.port}/`;
    expect(await resultFrom(open, url)).toEqual({ kind: 'retry', reason: 'connection_refused' });
  });

  it.each([
    ['stalls', () => undefined],
    ['breaks off', (socket: Socket) => socket.destroy()],
  ])('counts a 200 as success although its body %s', async (_, next) => {
    const server = createServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => next(socket));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expect(await resultFrom(open, `http://127.0.0.1:${port}/`)).toEqual({ kind: 'ok' });
    server.close();
  });

  it('ends a request when its signal aborts', async () => {
    receiver.answer = 'hang';
    const result = await resultFrom(open, receiver.url, AbortSignal.timeout(50));
    expect(result).toMatchObject({ kind: 'retry' });
  });
});
