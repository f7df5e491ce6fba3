import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const track = { userId: 'u', event: 'e' };

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream;
const send = (path: string, body: Body, headers: Record<string, string> = withKey()) =>
  fetch(`${ingestion.address}${path}`, { method: 'POST', headers, body, duplex: 'half' });
const post = (path: string, body: unknown, headers?: Record<string, string>) =>
  send(path, JSON.stringify(body), headers);
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const gzip = (text: string) => new Uint8Array(gzipSync(text));

describe('an accepted call', () => {
  it('is answered with exactly this', async () => {
    const answer = await post('/v1/track', track);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('{"success":true}');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    for (const header of ['etag', 'x-powered-by']) expect(answer.headers.get(header)).toBeNull();
  });

  it.each([
    ['track', '/v1/track', '/v1/t'],
    ['identify', '/v1/identify', '/v1/i'],
    ['page', '/v1/page', '/v1/p'],
    ['screen', '/v1/screen', '/v1/s'],
    ['group', '/v1/group', '/v1/g'],
    ['alias', '/v1/alias', '/v1/a'],
  ])('is a %s at %s, %s and with a slash behind, whatever type it says', async (type, ...paths) => {
    const body = { ...track, type: 'x', groupId: 'g', previousId: 'p' };
    for (const path of paths.flatMap((path) => [path, `${path}/`])) {
      expect((await post(path, body)).status).toBe(200);
    }
    expect(ingestion.events().map((event) => event.type)).toEqual([type, type, type, type]);
  });

  it.each(['/v1/batch', '/v1/import', '/v1/import/', '/v1/b', '/beacon/v1/batch'])(
    'may be a batch at %s',
    async (path) => {
      const body = { batch: [{ ...track, type: 'track' }, { type: 'nonsense' }] };
      expect((await post(`${path}?writeKey=${KEY}`, body)).status).toBe(200);
      expect(ingestion.events()).toMatchObject([{ userId: 'u', projectId: 'src_1' }]);
      expect(ingestion.rejected()).toMatchObject([{ code: 'invalid_type', index: 1 }]);
    },
  );

  it.each([
    ['/t', 'client'],
    ['/b', 'client'],
    ['/b/', 'client'],
    ['/v1/batch/b', 'client'],
    ['/batch', 'server'],
    ['/import/?x=1', 'server'],
  ])('may come to %s from an SDK whose host was set so', async (path, side) => {
    const body = { ...track, batch: [{ ...track, type: 'track' }] };
    expect((await post(path, body)).status).toBe(200);
    const [event] = ingestion.events();
    expect(event).toMatchObject({ userId: 'u', type: 'track' });
    expect(event?.context).toEqual(side === 'client' ? { ip: '127.0.0.1' } : {});
  });
});

describe('the write key', () => {
  it('may be in the body, in the envelope, or in the address of a beacon', async () => {
    await post('/v1/track', { ...track, writeKey: KEY }, {});
    await post('/v1/batch', { writeKey: KEY, batch: [{ ...track, type: 'track' }] }, {});
    await post(`/beacon/v1/batch?writeKey=${KEY}`, { batch: [{ ...track, type: 'track' }] }, {});
    expect(ingestion.events()).toHaveLength(3);
    expect(JSON.stringify(ingestion.events())).not.toContain(KEY);
  });

  it.each([
    ['missing', '/v1/track', {}, 'invalid_write_key'],
    ['unknown', '/v1/track', withKey('nobody'), 'invalid_write_key'],
    ['disabled', '/v1/track', withKey('disabled-key'), 'source_disabled'],
    ['missing of a beacon', '/beacon/v1/batch', {}, 'invalid_write_key'],
  ])('%s', async (_, path, headers: Record<string, string>, code) => {
    const answer = await post(path, { ...track, batch: [track] }, headers);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ success: false, code, message: expect.any(String) as string });
    expect(ingestion.log.records).toEqual([]);
  });
});

describe('a body', () => {
  it.each([
    ['application/json'],
    ['application/json; charset=UTF-8'],
    ['application/json; charset=latin1'],
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
  ])('is JSON even as %s', async (type) => {
    await post('/v1/track', { ...track, event: 'Ünïcödé ✓' }, { ...withKey(), 'Content-Type': type });
    expect(ingestion.events()).toMatchObject([{ event: 'Ünïcödé ✓' }]);
  });

  it('may have no type, or a byte order mark', async () => {
    await send('/v1/track', bytes(JSON.stringify(track)));
    await send('/v1/track', bytes(`\uFEFF${JSON.stringify(track)}`));
    expect(ingestion.events()).toHaveLength(2);
  });

  it('may be gzipped, of any type and in chunks of unknown length', async () => {
    const headers = { ...withKey(), 'Content-Encoding': 'gzip' };
    const form = { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' };
    await send('/v1/track', gzip(JSON.stringify(track)), form);
    await send('/v1/track', gzip(JSON.stringify(track)), { ...headers, 'Content-Encoding': 'GZIP' });
    const stream = new ReadableStream({
      start(controller) {
        for (const byte of gzip(JSON.stringify(track))) controller.enqueue(new Uint8Array([byte]));
        controller.close();
      },
    });
    expect((await send('/v1/track', stream, headers)).status).toBe(200);
    expect(ingestion.events()).toHaveLength(3);
  });

  const event = JSON.stringify(track);
  const joined = (...parts: Uint8Array<ArrayBuffer>[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const twice = new Uint8Array(gzipSync(gzipSync(event)));
  it.each<[string, Uint8Array<ArrayBuffer>, string | undefined]>([
    ['gzip without its header', gzip(event), undefined],
    ['gzip under identity', gzip(event), 'identity'],
    ['gzip with CR LF behind it', joined(gzip(event), bytes('\r\n')), 'gzip'],
    ['gzip with a line feed behind it, without its header', joined(gzip(event), bytes('\n')), undefined],
    ['gzip in two members', joined(gzip(event.slice(0, 9)), gzip(event.slice(9))), 'gzip'],
    [
      'gzip in two members with CR LF behind',
      joined(gzip(event.slice(0, 9)), gzip(event.slice(9)), bytes('\r\n')),
      'gzip',
    ],
    ['gzip with zeros behind it', joined(gzip(event), new Uint8Array(8)), 'gzip'],
    ['plain, under the name of a character set', bytes(event), 'UTF-8'],
    ['plain, under the name of a character set', bytes(event), 'utf8'],
  ])('may be %s', async (_, body, encoding) => {
    const headers = { ...withKey(), ...(encoding !== undefined && { 'Content-Encoding': encoding }) };
    expect((await send('/v1/track', body, headers)).status).toBe(200);
    expect(ingestion.events()).toMatchObject([{ event: track.event }]);
  });

  it.each([
    ['text behind a gzip', joined(gzip(event), bytes('x')), 'gzip', 'invalid_encoding'],
    ['text and CR LF behind a gzip', joined(gzip(event), bytes('x\r\n')), 'gzip', 'invalid_encoding'],
    ['CR LF only', bytes('\r\n'), 'gzip', 'invalid_encoding'],
    ['a broken gzip without its header', gzip(event).slice(0, 20), 'identity', 'invalid_encoding'],
    ['gzip in gzip', twice, 'gzip', 'invalid_json'],
    ['gzip in gzip, named twice', twice, 'gzip, gzip', 'invalid_encoding'],
    ['a bomb without its header', gzip(' '.repeat(20_000_000)), 'identity', 'payload_too_large'],
    ['not gzip', bytes('{"userId":"u"}'), 'gzip', 'invalid_encoding'],
    ['half of a gzip', gzip('{"userId":"u","event":"e"}').slice(0, 20), 'gzip', 'invalid_encoding'],
    ['another encoding', bytes('x'), 'br', 'invalid_encoding'],
    ['empty', bytes(''), 'identity', 'invalid_json'],
    ['no JSON', bytes('{bad'), 'identity', 'invalid_json'],
    ['null', bytes('null'), 'identity', 'invalid_json'],
    ['a number', bytes('1'), 'identity', 'invalid_json'],
    ['a string', bytes('"x"'), 'identity', 'invalid_json'],
    ['an array', bytes('[]'), 'identity', 'invalid_json'],
    ['a bomb', gzip(' '.repeat(20_000_000)), 'gzip', 'payload_too_large'],
  ])('that is %s is refused and leaves a trace under its source', async (_, body, encoding, code) => {
    for (const path of ['/v1/track', '/v1/batch']) {
      const answer = await send(path, body, { ...withKey(), 'Content-Encoding': encoding });
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ success: false, code });
    }
    expect(ingestion.rejected().map((rejection) => rejection.code)).toEqual([code, code]);
  });

  it('that nobody can read and nobody sent is refused for what it is', async () => {
    const answer = await send('/v1/track', '{bad', {});
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid_json' });
  });

  it.each([
    ['a field', '/v1/track', { userId: 'u' }, 'event_not_defined'],
    ['an id', '/v1/t', { event: 'e' }, 'no_user_anon_id'],
    ['every message', '/v1/batch', { batch: [{}] }, 'empty_batch_result'],
    ['a batch', '/v1/batch', { batch: {} }, 'empty_batch'],
  ])('that lacks %s is refused with the reason', async (_, path, body, code) => {
    const answer = await post(path, body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({
      success: false,
      code,
      message: expect.stringMatching(/./) as string,
    });
    expect(ingestion.events()).toEqual([]);
    expect(ingestion.rejected()).toHaveLength(1);
  });

  it('may be nested deep without harm', async () => {
    const deep = `{"userId":"u","event":"e","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    expect(await (await send('/v1/track', deep)).json()).toMatchObject({ code: 'nesting_too_deep' });
    const inBatch = `{"batch":[{"type":"track","userId":"u","event":"e"},${'['.repeat(200_000)}${']'.repeat(200_000)}]}`;
    expect((await send('/v1/batch', inBatch)).status).toBe(200);
    expect(ingestion.events()).toHaveLength(1);
  });
});
