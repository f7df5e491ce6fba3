import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { adminTokensRefused } from '../../../src/metrics/counters.js';
import { type Admin, INSTANCE_TOKEN, startAdmin } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

const MIB = 1024 * 1024;
const PIECE = 64 * 1024;

let admin: Admin;
beforeAll(async () => {
  admin = await startAdmin({ FAILED_TOKENS_PER_MINUTE: '5', MAX_ARRIVING_MIB: '8' });
});
afterAll(() => admin.close());

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

interface Connection {
  readonly socket: Socket;
  answer(): string;
  isClosed(): boolean;
}

/** Sends the head of a request with a body of `length` bytes, and of that body `sent`, until it is answered. */
function post(token: string | null, length: number, sent: Buffer, path = '/workspaces'): Connection {
  const socket = connect(Number(new URL(admin.address).port), '127.0.0.1');
  sockets.push(socket);
  let answer = '';
  let closed = false;
  socket.on('data', (part: Buffer) => (answer += part.toString('latin1')));
  socket
    .on('error', () => undefined)
    .on('end', () => (closed = true))
    .on('close', () => (closed = true));
  const head = [
    `${path.endsWith('apply') ? 'PUT' : 'POST'} /admin/v1${path} HTTP/1.1`,
    ...['Host: localhost', 'Content-Type: application/json', `Content-Length: ${length}`],
    ...(token === null ? [] : [`Authorization: Bearer ${token}`]),
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  let offset = 0;
  const sendMore = (): void => {
    while (answer === '' && offset < sent.length && !socket.destroyed)
      if (!socket.write(sent.subarray(offset, (offset += PIECE)))) return;
  };
  socket.on('drain', sendMore);
  sendMore();
  return { socket, answer: () => answer, isClosed: () => closed };
}

describe('a caller without a token', () => {
  it('is answered 401 and disconnected before its body has arrived, and the bodies of many take no memory', async () => {
    const body = Buffer.alloc(4.9 * MIB, ' ');
    globalThis.gc?.();
    const before = process.memoryUsage.rss();
    const connections = Array.from({ length: 150 }, () => post(null, 5 * MIB, body));
    let most = 0;
    await eventually(() => {
      most = Math.max(most, process.memoryUsage.rss());
      expect(connections.filter(({ answer }) => answer().startsWith('HTTP/1.1 401'))).toHaveLength(150);
      expect(connections.filter(({ isClosed }) => isClosed())).toHaveLength(150);
    }, 20_000);
    expect((most - before) / MIB).toBeLessThan(200);
  }, 30_000);

  it('costs no parsing', async () => {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      const { answer } = post(null, 16, Buffer.from('{"name":"value"}'));
      await eventually(() => expect(answer()).toMatch(/^HTTP\/1\.1 401/));
      expect(parse.mock.calls.filter(([text]) => text.includes('value'))).toEqual([]);
    } finally {
      parse.mockRestore();
    }
  });
});

describe('a body of an identified caller', () => {
  it('is at most 256 kB, and 5 MB for a document to apply', async () => {
    const { body: made } = await admin.call<{ id: string }>('POST', '/workspaces', { name: 'Large' });
    const large = { name: 'x'.repeat(300 * 1024) };
    expect(await admin.call('POST', '/workspaces', large)).toMatchObject({
      status: 413,
      body: { code: 'payload_too_large', detail: 'The body is larger than 256 kB' },
    });
    const apply = `/workspaces/${made.id}/apply`;
    expect((await admin.call('PUT', apply, { version: 1, ...large })).status).toBe(422);
    expect(await admin.call('PUT', apply, { name: 'x'.repeat(5 * MIB) })).toMatchObject({
      status: 413,
      body: { detail: 'The body is larger than 5 MB' },
    });
  });

  it('may be compressed, and is limited after that too', async () => {
    const { gzipSync, brotliCompressSync } = await import('node:zlib');
    const sent = async (encoding: string, bytes: Buffer) => {
      const response = await fetch(`${admin.address}/admin/v1/workspaces`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${INSTANCE_TOKEN}`,
          'content-type': 'application/json',
          'content-encoding': encoding,
        },
        body: Uint8Array.from(bytes),
      });
      await response.arrayBuffer();
      return response.status;
    };
    const name = (text: string) => Buffer.from(JSON.stringify({ name: text }));
    expect(await sent('gzip', gzipSync(name('Zipped')))).toBe(201);
    expect(await sent('br', brotliCompressSync(name('Brotli')))).toBe(201);
    expect(await sent('gzip', gzipSync(name('x'.repeat(MIB))))).toBe(413);
    expect(await sent('compress', name('None'))).toBe(415);
  });

  it('is counted in the memory of all arriving bodies: the slowest ones are given up with 429', async () => {
    const part = Buffer.alloc(200 * 1024, ' ');
    const waiting = Array.from({ length: 60 }, () => post(INSTANCE_TOKEN, 250 * 1024, part));
    await eventually(() => {
      const refused = waiting.filter(({ answer }) => answer().startsWith('HTTP/1.1 429'));
      expect(refused.length).toBeGreaterThan(0);
      for (const { answer } of refused) expect(answer()).toMatch(/^Retry-After: 1\r$/m);
    });
    for (const { socket } of waiting) socket.destroy();
  });
});

/** Counters of the process, which other specs of the same worker have moved too: only differences tell something. */
async function tokensRefused(): Promise<{ invalid: number; limited: number }> {
  const { values } = await adminTokensRefused.get();
  const of = (reason: string) => values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
  return { invalid: of('invalid'), limited: of('limited') };
}

describe('wrong tokens of an address', () => {
  it('are answered 429 past the limit, while a token that worked from there goes on working', async () => {
    const me = (token: string) => admin.call('GET', '/me', undefined, { token });
    const before = await tokensRefused();
    expect((await me(INSTANCE_TOKEN)).status).toBe(200);
    const statuses: number[] = [];
    for (let n = 0; n < 7; n++) statuses.push((await me(`guess-${n}`)).status);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    const refused = await me('guess-8');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50);
    expect((await me(INSTANCE_TOKEN)).status).toBe(200);
    expect((await admin.call('GET', '/me', undefined, { token: null })).status).toBe(401);
    const after = await tokensRefused();
    expect([after.invalid - before.invalid, after.limited - before.limited]).toEqual([5, 3]);
  });
});

describe('a method that a path does not have', () => {
  it.each([
    ['DELETE', '/me', 'GET, HEAD'],
    ['PUT', '/workspaces', 'GET, HEAD, POST'],
    ['POST', '/workspaces/wsp_1', 'DELETE, GET, HEAD, PATCH'],
  ])('%s %s is answered 405 with Allow: %s', async (method, path, allow) => {
    const { status, headers, body } = await admin.call(method, path, method === 'DELETE' ? undefined : {});
    expect([status, body['code']]).toEqual([405, 'method_not_allowed']);
    expect(headers.get('allow')?.split(', ').sort().join(', ')).toBe(allow);
  });

  it('is answered 401 without a token, and a path that no route has 404', async () => {
    expect((await admin.call('DELETE', '/me', undefined, { token: null })).status).toBe(401);
    expect((await admin.call('DELETE', '/nothing')).status).toBe(404);
  });
});

it('has nosniff on every answer', async () => {
  for (const path of ['/admin/v1/me', '/nothing', '/admin/v1/nothing'])
    expect((await fetch(`${admin.address}${path}`)).headers.get('x-content-type-options')).toBe('nosniff');
});
