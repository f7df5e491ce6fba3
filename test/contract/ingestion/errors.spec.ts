import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';
import { rawHttp } from '../../support/raw-http.js';

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const call = (method: string, path: string, init: RequestInit = {}) =>
  fetch(`${ingestion.address}${path}`, { method, ...init });
const track = () => call('POST', '/v1/track', { headers: withKey(), body: '{"userId":"u","event":"e"}' });
const problem = (code: string) => ({ success: false, code, message: expect.stringMatching(/./) as string });

describe('where there is no route', () => {
  it.each([
    ['GET', '/v1/foo'],
    ['POST', '/v1/foo'],
    ['GET', '/v1/pixel/foo'],
    ['GET', '/pixel/v1/identify'],
    ['POST', '/v1/track/more'],
    ['GET', '/'],
    ['GET', '/%zz'],
    ['DELETE', '/v1/'],
    ['POST', '/v1/%74rack'],
    ['POST', '/v1/track%2f'],
    ['GET', '/v1/projects//settings'],
    ['POST', '/foo/v1/track'],
    ['POST', '/v1/foo/track'],
    ['POST', '/v2/track'],
    ['GET', '/pixel/track'],
    ['GET', '/analytics.js/v1/KEY/analytics.min.js'],
  ])('%s %s is 404 in JSON', async (method, path) => {
    const answer = await call(method, path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual(problem('not_found'));
  });

  it('the message names the host that SDKs need, and never an address that the caller did not use', async () => {
    const messageOf = async (answer: Response) => ((await answer.json()) as { message: string }).message;
    const host = `http://127.0.0.1:${ingestion.port}`;
    expect(await messageOf(await call('POST', '/foo/v1/track'))).toBe(
      `There is no such path. Give the SDK the host ${host} without a path behind it: it appends paths such as /v1/batch itself`,
    );
    const nameless = await rawHttp(ingestion.port, ['POST /foo HTTP/1.0\r\n\r\n']);
    expect(nameless).toContain(
      '"message":"There is no such path. Give the SDK the host of this server without',
    );
    const odd = await rawHttp(ingestion.port, [
      'POST /foo HTTP/1.1\r\nHost: <b>\r\nConnection: close\r\n\r\n',
    ]);
    expect(odd).toContain('"message":"There is no such path. Give the SDK the host of this server without');
    const named = await startIngestion({ PUBLIC_URL: 'https://events.example.com/in/' });
    expect(await messageOf(await fetch(`${named.address}/v1/foo`))).toContain(
      'the host https://events.example.com/in without a path behind it',
    );
    await named.close();
  });

  it.each([
    ['GET', '/v1/batch/v1/batch', 'POST, OPTIONS'],
    ['GET', '/v1/track', 'POST, OPTIONS'],
    ['PUT', '/v1/batch/', 'POST, OPTIONS'],
    ['DELETE', '/v1/t', 'POST, OPTIONS'],
    ['GET', '/beacon/v1/batch', 'POST, OPTIONS'],
    ['OPTIONS', '/v1/track', 'POST, OPTIONS'],
    ['POST', '/v1/pixel/track', 'GET, HEAD, OPTIONS'],
    ['POST', '/pixel/v1/page', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const answer = await call(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(await answer.json()).toEqual(problem('method_not_allowed'));
  });

  it('HEAD on a tracking path is 405 without a body', async () => {
    const answer = await call('HEAD', '/v1/track');
    expect([answer.status, await answer.text()]).toEqual([405, '']);
  });
});

describe('when events cannot be stored', () => {
  it('a call is told to come again, and accepted when it does', async () => {
    ingestion.log.away = true;
    const answer = await track();
    expect(answer.status).toBe(503);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await answer.json()).toEqual(problem('unavailable'));
    ingestion.log.away = false;
    expect((await track()).status).toBe(200);
    expect(ingestion.events()).toHaveLength(1);
  });

  it('a refused call is told to come again too: its rejection is not stored either', async () => {
    ingestion.log.away = true;
    expect((await call('POST', '/v1/track', { headers: withKey(), body: '{}' })).status).toBe(503);
  });

  it('a call is counted on its write key by what it was answered, and no message of it', async () => {
    const counted = () => ({ ...ingestion.counts });
    const three = JSON.stringify({ batch: Array(3).fill({ type: 'track', userId: 'u', event: 'e' }) });
    const fail: [string, () => unknown][] = [
      ['unavailable', () => (ingestion.log.away = true)],
      ['rate_limited', () => ingestion.log.overload()],
      ['internal_error', () => (ingestion.log.failure = new Error('odd'))],
    ];
    for (const [code, make] of fail) {
      ingestion.log.reset();
      make();
      const before = counted();
      await call('POST', '/v1/batch', { headers: withKey(), body: three });
      await call('GET', `/v1/pixel/track?writeKey=${KEY}&userId=u&event=e`);
      const name = `wkey_1 ${code}`;
      expect(counted()).toEqual({ ...before, [name]: (before[name] ?? 0) + 2 });
    }
  });

  it('too much at once is 429 with the seconds to wait', async () => {
    ingestion.log.overload();
    const answer = await track();
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer.headers.get('x-ratelimit-reset')).toBe('1');
    expect(await answer.json()).toEqual(problem('rate_limited'));
  });

  it('what nobody expected is 500 and tells nothing', async () => {
    ingestion.log.failure = new Error('secret of the house');
    const answer = await track();
    expect(answer.status).toBe(500);
    const body = await answer.text();
    expect(JSON.parse(body)).toEqual(problem('internal_error'));
    expect(body).not.toContain('secret');
  });

  it('Segment pixels stay images with 200, RudderStack’s say it', async () => {
    const pixel = () => call('GET', `/v1/pixel/track?writeKey=${KEY}&userId=u&event=e`);
    const rudder = () => call('GET', `/pixel/v1/track?writeKey=${KEY}&userId=u&event=e`);
    ingestion.log.away = true;
    expect((await pixel()).status).toBe(200);
    expect((await rudder()).status).toBe(503);
    expect((await rudder()).headers.get('content-type')).toBe('image/gif');
    ingestion.log.reset();
    ingestion.log.overload();
    expect((await rudder()).status).toBe(429);
    ingestion.log.failure = new Error('secret of the house');
    expect((await pixel()).status).toBe(200);
    expect((await rudder()).status).toBe(500);
  });
});
