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

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const sends = (bytes: string) => (socket: Socket) => void socket.write(bytes);

/** Answers of receivers that have accepted the events, by what is wrong with the rest of the answer. */
const ACCEPTING: Readonly<Record<string, (socket: Socket) => void>> = {
  'a body that trickles': (socket) => {
    socket.write(`${OK}Content-Length: 1000\r\n\r\n`);
    const timer = setInterval(() => socket.write('x'), 50);
    socket.once('close', () => clearInterval(timer));
  },
  'a broken chunk': sends(`${CHUNKED}zz\r\n`),
  'a body without its end': (socket) => void socket.end(`${CHUNKED}5\r\nhel`),
  '204 with a body': sends('HTTP/1.1 204 No Content\r\n\r\nsurplus bytes'),
  '204 with a length': sends('HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nbytes'),
  'bytes after the body': sends(`${OK}Content-Length: 2\r\n\r\nok and more`),
  'informational answers before': sends(
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}Content-Length: 0\r\n\r\n`,
  ),
  'headers of 100 kB': sends(`${OK}X-Large: ${'x'.repeat(100_000)}\r\nContent-Length: 0\r\n\r\n`),
  'headers past the limit': sends(`${OK}X-Large: ${'x'.repeat(1_200_000)}\r\nContent-Length: 0\r\n\r\n`),
  'headers without an end': sends(`${OK}X-Half: `),
  'headers that break off': (socket) => void socket.end(`${OK}X-Half: `),
  'a header that is none': sends(`${OK}no colon\r\n\r\n`),
  'two lengths': sends(`${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nx`),
  'a length and chunks': sends(`${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
  'a status line in pieces': (socket) => {
    socket.setNoDelay();
    socket.write('HTTP/1.1 10', () =>
      setTimeout(() => {
        socket.write('0 Continue\r\n\r\nHTTP/1.1 2', () =>
          setTimeout(() => socket.write('00 OK\r\nContent-Length: 0\r\n\r\n'), 20),
        );
      }, 20),
    );
  },
  'a gzip body that is none': sends(`${OK}Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain`),
};

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

  it('counts a 2xx as success whatever follows its status line', { timeout: 30_000 }, async () => {
    for (const [name, answer] of Object.entries(ACCEPTING)) {
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        socket.once('data', () => answer(socket));
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port: own } = server.address() as { port: number };
      for (const ignoresBody of [true, false]) {
        const started = performance.now();
        const client = open.until(AbortSignal.timeout(5_000), undefined, started + 1_500);
        const sent = client.send(`http://127.0.0.1:${own}/`, { body: '{}', ignoresBody });
        const status = await sent.then((response) => response.status, resultOf);
        expect([name, ignoresBody, status]).toEqual([name, ignoresBody, name.startsWith('204') ? 204 : 200]);
        if (ignoresBody) expect(performance.now() - started).toBeLessThan(1_000);
      }
      server.close();
    }
  });

  it.each([
    [
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n',
      'http_503',
    ],
    ['HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nTransfer-Encoding: chunked\r\n\r\nno chunk', 'http_503'],
    ['HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', 'connection_reset'],
    ['HTTP/1.1 2', 'connection_reset'],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'network'],
  ])('retries after %j', async (bytes, reason) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(bytes));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port: own } = server.address() as { port: number };
    expect(await resultFrom(open, `http://127.0.0.1:${own}/`)).toMatchObject({ kind: 'retry', reason });
    server.close();
  });

  it('reuses connections of requests whose bodies are ignored, informational answers included', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.on('data', (chunk) => {
        if (!chunk.toString().endsWith('{}')) return;
        socket.write('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine');
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port: own } = server.address() as { port: number };
    for (let count = 0; count < 20; count += 1)
      await open.until(never).send(`http://127.0.0.1:${own}/`, { body: '{}', ignoresBody: true });
    // undici reuses a connection only after a cycle of the event loop, so a second one may have been opened.
    expect(connections).toBeLessThanOrEqual(2);
    server.close();
  });

  it('ends a request when its signal aborts', async () => {
    receiver.answer = 'hang';
    const result = await resultFrom(open, receiver.url, AbortSignal.timeout(50));
    expect(result).toMatchObject({ kind: 'retry' });
  });
});
