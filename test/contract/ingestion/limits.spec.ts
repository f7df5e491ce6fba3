import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';
import { rawHttp } from '../../support/raw-http.js';

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const send = (path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${ingestion.address}${path}`, { method: 'POST', headers: { ...withKey(), ...headers }, body });

/** A track call of exactly so many bytes. */
const single = (bytes: number) => pad('{"userId":"u","event":"e","x":"', '"}', bytes);

/** A batch of exactly so many bytes, all of it in messages that are small enough each. */
function batch(bytes: number): string {
  const message = '{"type":"track","userId":"u","event":"e","x":"';
  const whole = `${message}${'x'.repeat(20_000)}"},`;
  const count = Math.floor((bytes - 1000) / whole.length);
  return pad(`{"batch":[${whole.repeat(count)}${message}`, '"}]}', bytes);
}

const pad = (before: string, after: string, bytes: number) =>
  `${before}${'x'.repeat(bytes - before.length - after.length)}${after}`;

describe('the size of a body', () => {
  it.each([
    ['/v1/track', single(32_768), 200],
    ['/v1/track', single(32_769), 400],
    ['/v1/track', single(40_000), 400],
    ['/v1/t', single(32_769), 400],
    ['/v1/batch', batch(512_000), 200],
    ['/v1/batch', batch(507_768), 200],
    ['/v1/batch', batch(512_001), 400],
    ['/v1/b', batch(512_001), 400],
    [`/beacon/v1/batch?writeKey=${KEY}`, batch(512_001), 400],
  ])('%s', async (path, body, status) => {
    for (const zipped of [false, true]) {
      const answer = zipped
        ? await send(path, new Uint8Array(gzipSync(body)), { 'Content-Encoding': 'gzip' })
        : await send(path, body);
      expect(answer.status).toBe(status);
      if (status === 200) continue;
      expect(await answer.json()).toEqual({
        success: false,
        code: 'payload_too_large',
        message: expect.stringContaining('Exceed payload limit') as string,
      });
    }
    expect(ingestion.rejected()).toHaveLength(status === 200 ? 0 : 2);
    expect(ingestion.events().length > 0).toBe(status === 200);
  });

  it('counts bytes, not characters', async () => {
    const body = single(32_768).replace('xx', 'ä');
    expect(Buffer.byteLength(body)).toBe(32_768);
    expect((await send('/v1/track', body)).status).toBe(200);
    expect((await send('/v1/track', single(32_768).replace('x', 'ä'))).status).toBe(400);
  });

  it('may shrink a little less than nothing by gzip', async () => {
    const body = `{"userId":"u","event":"e","x":"${randomBytes(16_000).toString('hex')}"}`;
    const stored = new Uint8Array(gzipSync(body.padEnd(32_768), { level: 0 }));
    expect(stored.length).toBeGreaterThan(32_768);
    expect((await send('/v1/track', stored, { 'Content-Encoding': 'gzip' })).status).toBe(200);
  });

  it('is enforced on a connection that goes on afterwards', async () => {
    const head = (length: number, more = '') =>
      `POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: ${withKey().Authorization}\r\nContent-Length: ${length}\r\n${more}\r\n`;
    const large = single(200_000);
    const good = single(100);
    const answers = await rawHttp(ingestion.port, [
      head(large.length),
      large,
      head(good.length, 'Connection: close\r\n'),
      good,
    ]);
    expect(answers.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 200']);
  });

  it.each([
    ['announced', 'Content-Length: 1000000000'],
    ['in chunks', 'Transfer-Encoding: chunked'],
  ])('is enforced on a body without end, %s: answered, then hung up on', async (_, header) => {
    function* endless() {
      yield `POST /v1/track HTTP/1.1\r\nHost: x\r\nAuthorization: ${withKey().Authorization}\r\n${header}\r\n\r\n`;
      const data = Buffer.alloc(65_536, 32);
      const isChunked = header.startsWith('Transfer');
      const chunk = isChunked ? Buffer.concat([Buffer.from('10000\r\n'), data, Buffer.from('\r\n')]) : data;
      for (let sent = 0; sent < 64_000_000; sent += chunk.length) yield chunk;
    }
    const answer = await rawHttp(ingestion.port, endless());
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toMatch(/Connection: close/i);
    expect(answer).toContain('payload_too_large');
  });

  it('is nobody’s business where there is no route', async () => {
    const answer = await rawHttp(ingestion.port, [
      'POST /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000000000\r\n\r\n',
    ]);
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
  });

  it('can be set', async () => {
    const other = await startIngestion({ MAX_EVENT_BYTES: '2000', MAX_BATCH_BYTES: '600000' });
    const post = (path: string, body: string) =>
      fetch(`${other.address}${path}`, { method: 'POST', headers: withKey(), body });
    expect((await post('/v1/track', single(2000))).status).toBe(200);
    expect((await post('/v1/track', single(2001))).status).toBe(400);
    const ok = '{"type":"track","userId":"u","event":"e"}';
    const long = `{"type":"track","userId":"u","event":"${'x'.repeat(2000)}"}`;
    expect((await post('/v1/batch', `{"batch":[${ok},${long}]}`)).status).toBe(200);
    expect(other.rejected().map(({ code, index }) => [code, index])).toEqual([
      ['payload_too_large', 0],
      ['event_too_large', 1],
    ]);
    await other.close();
  });
});

describe('the number of messages', () => {
  it.each([
    [2500, 200],
    [2501, 400],
  ])('%i: %i', async (count, status) => {
    const body = `{"batch":[${Array(count).fill('{"type":"track","userId":"u","event":"e"}').join()}]}`;
    const answer = await send('/v1/batch', body);
    expect(answer.status).toBe(status);
    expect(ingestion.events()).toHaveLength(status === 200 ? count : 0);
    if (status === 400) expect(await answer.json()).toMatchObject({ code: 'too_many_events' });
  });
});
