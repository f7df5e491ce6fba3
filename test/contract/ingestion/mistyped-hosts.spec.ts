import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Ingestion, KEY, startIngestion, withKey } from '../../support/ingestion-app.js';

/** The whole table of hosts and endpoints is that of mistyped-path.spec; this checks that requests take those paths. */
let ingestion: Ingestion;
beforeAll(async () => void (ingestion = await startIngestion()));
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

const ITEM = { type: 'track', userId: 'u', event: 'e' };

/** The transport shows in the address, which calls of devices get. */
describe('a call of an SDK with a mistyped host', () => {
  it.each([
    ...[
      ['//v1/batch', false],
      ['//v1/track', false],
      ['/v1//track', false],
      ['/v1/batch/v1/batch', false],
    ],
    ...[
      ['/v1/v1/batch', false],
      ['/v1//import/', false],
      ['/batch/', false],
      ['/track', false],
      ['//batch', false],
    ],
    ...[
      ['/v1/track/v1/track/', false],
      ['/v1/batch/track', false],
      ['/v1/import/import', false],
    ],
    ...[
      ['/%20/v1/batch', false],
      ['/https://events.example.com/v1/batch', false],
    ],
    ...[
      ['//t', true],
      ['/v1//t', true],
      ['/v1/v1/t', true],
      ['/v1/t/t', true],
      ['/v1/batch/t', true],
    ],
    ...[
      ['/v1/batch/b', true],
      ['/v1/batch//b', true],
      ['//V1/B/', true],
      ['/v1/b/v1/b', true],
      ['/v1/b/b', true],
    ],
    ...[
      ['//beacon/v1/batch', true],
      ['/beacon/v1/batch/beacon/v1/batch', true],
      ['/v1/beacon/v1/batch', true],
    ],
  ] as [string, boolean][])('at %s is stored', async (path, isDevice) => {
    const answer = await fetch(`${ingestion.address}${path}?writeKey=${KEY}`, {
      method: 'POST',
      headers: withKey(),
      body: JSON.stringify({ ...ITEM, batch: [ITEM] }),
    });
    expect([answer.status, await answer.text()]).toEqual([200, '{"success":true}']);
    expect(ingestion.events()).toMatchObject([{ userId: 'u', event: 'e' }]);
    expect(ingestion.events()[0]?.context['ip']).toBe(isDevice ? '127.0.0.1' : undefined);
  });

  it.each([
    '//v1/pixel/track',
    '/v1/v1/pixel/track',
    '/v1/pixel/page/track',
    '//pixel/v1/track',
    '/v1//pixel/v1/track',
  ])('as a pixel at %s is stored', async (path) => {
    const answer = await fetch(`${ingestion.address}${path}?writeKey=${KEY}&userId=u&event=e`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/gif']);
    expect(ingestion.events()).toMatchObject([{ type: 'track', userId: 'u', event: 'e' }]);
  });

  it('reads the whole of a large batch, and answers a preflight', async () => {
    const batch = Array.from({ length: 200 }, () => ({ ...ITEM, properties: { x: 'x'.repeat(1_000) } }));
    const init = { method: 'POST', headers: withKey(), body: JSON.stringify({ batch }) };
    expect((await fetch(`${ingestion.address}//v1/batch`, init)).status).toBe(200);
    expect(ingestion.events()).toHaveLength(200);
    const preflight = await fetch(`${ingestion.address}//v1/t`, {
      method: 'OPTIONS',
      headers: { Origin: 'https://page.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(preflight.status).toBe(204);
  });
});

describe('settings for an SDK with a mistyped host', () => {
  it.each([
    ...['/projects/%s/settings', '//v1/projects/%s/settings', '/v1/v1/projects/%s/settings'],
    ...[
      '/v1//projects/%s/settings',
      '/v1/projects/v1/projects/%s/settings',
      '/v1/batch/projects/%s/settings',
    ],
    ...['/projects/projects/%s/settings/', '/v1/projects/%s%%0A/settings'],
  ])('are at %s', async (path) => {
    const answer = await fetch(`${ingestion.address}${path.replace('%s', KEY).replace('%%', '%')}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ integrations: { 'Segment.io': { apiKey: KEY } } });
  });

  it.each([
    '//sourceConfig/',
    '/v1/sourceConfig',
    '/sourceConfig/sourceConfig/',
    '/v1/batch/sourceConfig/?p=npm',
  ])('of RudderStack are at %s', async (path) => {
    const answer = await fetch(`${ingestion.address}${path}`, { headers: withKey() });
    expect(await answer.json()).toMatchObject({ source: { writeKey: KEY } });
  });

  it.each(['//v1/m', '/v1/v1/m', '//rsaMetrics', '//cluster-info'])('or metrics are at %s', async (path) => {
    const method = path.endsWith('info') ? 'GET' : 'POST';
    expect((await fetch(`${ingestion.address}${path}`, { method })).status).toBe(200);
  });
});
