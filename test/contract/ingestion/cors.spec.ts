import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';

let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const origin = 'https://a.example';
const call = (method: string, path: string, headers: Record<string, string>, body?: string) =>
  fetch(`${ingestion.address}${path}`, { method, headers, ...(body !== undefined && { body }) });
const preflight = (path: string, method: string) =>
  call('OPTIONS', path, {
    Origin: origin,
    'Access-Control-Request-Method': method,
    'Access-Control-Request-Headers': 'authorization,content-type,x-retry-count',
  });
const corsOf = (answer: Response) =>
  Object.fromEntries(
    [...answer.headers].filter(([name]) => name.startsWith('access-control-') || name === 'vary'),
  );

const allowed = {
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
};
const exposed = {
  ...allowed,
  'access-control-expose-headers': 'Retry-After, X-RateLimit-Reset, RateLimit, RateLimit-Policy',
  vary: 'Origin',
};

describe('a preflight', () => {
  it.each(['/v1/t', '/v1/batch', '/v1/pixel/track', '/v1/foo', '/'])('is answered at %s', async (path) => {
    const answer = await preflight(path, 'POST');
    expect([answer.status, await answer.text()]).toEqual([204, '']);
    expect(corsOf(answer)).toEqual({
      ...allowed,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'authorization,content-type,x-retry-count',
      'access-control-max-age': '900',
      vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    });
  });

  it('for a method that nothing takes allows nothing', async () => {
    const answer = await preflight('/v1/t', 'PUT');
    expect(answer.status).toBe(204);
    expect(Object.keys(corsOf(answer))).toEqual(['vary']);
  });

  it.each([
    '/admin/v1/sources',
    '/admin',
    '/docs',
    '/docs/index.html',
    '/openapi.json',
    '/openapi/administration.json',
  ])('is not answered at %s', async (path) => {
    const answer = await preflight(path, 'POST');
    expect(answer.status).not.toBe(204);
    expect(corsOf(answer)).toEqual({});
  });
});

describe('a call from another origin', () => {
  it('may be read by its page', async () => {
    const answer = await call(
      'POST',
      '/v1/t',
      { ...withKey(), Origin: origin },
      '{"userId":"u","event":"e"}',
    );
    expect(answer.status).toBe(200);
    expect(corsOf(answer)).toEqual(exposed);
  });

  it.each([
    [400, '/v1/t', withKey()],
    [401, '/v1/t', {}],
    [404, '/v1/foo', {}],
    [405, '/v1/pixel/track', {}],
  ])('may be read by its page when it is answered %i', async (status, path, headers) => {
    const answer = await call('POST', path, { ...headers, Origin: origin }, '{}');
    expect(answer.status).toBe(status);
    expect(corsOf(answer)).toEqual(exposed);
  });

  it.each([[429], [500], [503]])('may be read by its page when it is answered %i', async (status) => {
    if (status === 429) ingestion.log.overload();
    if (status === 500) ingestion.log.failure = new Error('broken');
    if (status === 503) ingestion.log.away = true;
    const answer = await call(
      'POST',
      '/v1/t',
      { ...withKey(), Origin: origin },
      '{"userId":"u","event":"e"}',
    );
    expect(answer.status).toBe(status);
    expect(corsOf(answer)).toEqual(exposed);
  });

  it('to a pixel gets its own origin, and * when it has none', async () => {
    const pixel = `/v1/pixel/page?writeKey=${KEY}&userId=u`;
    expect(corsOf(await call('GET', pixel, { Origin: origin }))).toEqual(exposed);
    expect(corsOf(await call('GET', pixel, {}))).toEqual({
      'access-control-allow-origin': '*',
      vary: 'Origin',
    });
  });

  it('without an origin has nothing to allow', async () => {
    expect(corsOf(await call('POST', '/v1/t', withKey(), '{"userId":"u","event":"e"}'))).toEqual({
      vary: 'Origin',
    });
  });
});
