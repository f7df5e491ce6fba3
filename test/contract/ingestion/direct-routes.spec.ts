import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { WireErrorFilter } from '../../../src/ingestion/answers/wire-error.filter.js';
import { BareBatchController } from '../../../src/ingestion/controllers/bare-batch.controller.js';
import { BatchController } from '../../../src/ingestion/controllers/batch.controller.js';
import { BeaconController } from '../../../src/ingestion/controllers/beacon.controller.js';
import { DeviceBatchController } from '../../../src/ingestion/controllers/device-batch.controller.js';
import { DeviceController } from '../../../src/ingestion/controllers/device.controller.js';
import { RudderPixelController } from '../../../src/ingestion/controllers/rudder-pixel.controller.js';
import { SegmentPixelController } from '../../../src/ingestion/controllers/segment-pixel.controller.js';
import { TrackingController } from '../../../src/ingestion/controllers/tracking.controller.js';
import { declaredRoutes } from '../../../src/ingestion/declared-route.js';
import { DirectRoutes } from '../../../src/ingestion/direct-routes.js';
import { type Ingestion, KEY, startIngestion } from '../../support/ingestion-app.js';
import { knownKey } from '../../support/known-key.js';
import { rawHttp } from '../../support/raw-http.js';

/**
 * A request of a plain path is served directly, one with a slash behind its path by the controller. Both answers must have
 * the same bytes.
 */
let ingestion: Ingestion;
beforeAll(async () => {
  const keys = { limited: knownKey({ policy: { rateLimit: 10 } }) };
  ingestion = await startIngestion({ MAX_EVENT_BYTES: '2000' }, keys);
});
afterAll(() => ingestion.close());
beforeEach(() => ingestion.log.reset());

interface Given {
  readonly method?: 'GET' | 'POST';
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const CONTROLLERS = [
  ...[TrackingController, DeviceController, BatchController, BareBatchController],
  ...[DeviceBatchController, BeaconController, SegmentPixelController, RudderPixelController],
];

const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;

async function answerOf(
  path: string,
  { method = 'POST', query = '', body = '', headers = {} }: Given,
): Promise<string> {
  const fields = { Host: 'localhost', Connection: 'close', Authorization: basic(KEY), ...headers };
  const head = [
    `${method} ${path}${query} HTTP/1.1`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'POST' ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
  ];
  const answer = await rawHttp(ingestion.port, [`${head.join('\r\n')}\r\n\r\n${body}`]);
  return answer.replace(/^Date: .*\r\n/m, '');
}

const EVENT = '{"userId":"u","event":"e","groupId":"g","previousId":"p"}';
const BATCH = '{"batch":[{"type":"track","userId":"u","event":"e"},{"type":"track","userId":"u"}]}';
const PIXEL = `?writeKey=${KEY}&userId=u&event=e&anonymousId=a&groupId=g&previousId=p`;
const SINGLES = ['identify', 'track', 'page', 'screen', 'group', 'alias'];

const CALLS: readonly [string, Given][] = [
  ...SINGLES.map((name): [string, Given] => [`/v1/${name}`, { body: EVENT }]),
  ...['', '/v1'].flatMap((prefix) =>
    ['t', 'i', 'p', 's', 'g', 'a'].map((name): [string, Given] => [`${prefix}/${name}`, { body: EVENT }]),
  ),
  ...['/v1/batch', '/v1/import', '/v1/b', '/v1/batch/b', '/batch', '/import', '/b'].map(
    (path): [string, Given] => [path, { body: BATCH }],
  ),
  ['/beacon/v1/batch', { body: BATCH, query: `?writeKey=${KEY}` }],
  ...SINGLES.map((name): [string, Given] => [`/v1/pixel/${name}`, { method: 'GET', query: PIXEL }]),
  ['/pixel/v1/page', { method: 'GET', query: PIXEL }],
  ['/pixel/v1/track', { method: 'GET', query: PIXEL }],
];

const VARIANTS: readonly [string, Given][] = [
  ['an origin', { body: EVENT, headers: { Origin: 'https://shop.example' } }],
  ['the wish for details', { body: EVENT, headers: { Prefer: 'return=representation' } }],
  ['a limited key', { body: EVENT, headers: { Authorization: basic('limited') } }],
  ['an unknown key', { body: EVENT, headers: { Authorization: basic('unknown') } }],
  ['a disabled source', { body: EVENT, headers: { Authorization: basic('disabled-key') } }],
  ['a broken body', { body: '{' }],
  ['an empty body', { body: '' }],
  ['an invalid event', { body: '{"userId":"u"}' }],
  ['a body that is too large', { body: JSON.stringify({ userId: 'u', event: 'x'.repeat(3_000) }) }],
  ['an encoding that is not known', { body: EVENT, headers: { 'Content-Encoding': 'br' } }],
  ['a query', { body: EVENT, query: '?a=1' }],
];

const served = vi.spyOn(DirectRoutes.prototype, 'serves');

/** The answers of both ways; throws when a request did not take the way it was meant for. */
async function bothAnswers(path: string, given: Given): Promise<[string, string]> {
  served.mockClear();
  const direct = await answerOf(path, given);
  const byController = await answerOf(`${path}/`, given);
  expect(served.mock.results.map(({ value }) => value as boolean)).toEqual([true, false]);
  return [direct, byController];
}

describe('a call has the same answer, byte for byte, from its direct route and from its controller', () => {
  it.each(CALLS)('%s', async (path, given) => {
    const [direct, byController] = await bothAnswers(path, given);
    expect(direct).toMatch(/^HTTP\/1\.1 200 /);
    expect(direct).toBe(byController);
  });

  it.each(VARIANTS)('with %s', async (_, given) => {
    const [direct, byController] = await bothAnswers('/v1/track', given);
    expect(direct).toBe(byController);
  });

  it.each(['LogUnavailable', 'overloaded', 'fault'])('while the event log fails (%s)', async (failure) => {
    if (failure === 'overloaded') ingestion.log.overload();
    else if (failure === 'fault') ingestion.log.failure = new TypeError('fault');
    else ingestion.log.away = true;
    for (const path of ['/v1/track', '/v1/pixel/track', '/pixel/v1/track']) {
      const given: Given = path === '/v1/track' ? { body: EVENT } : { method: 'GET', query: PIXEL };
      const [direct, byController] = await bothAnswers(path, given);
      expect(direct).toBe(byController);
    }
  });
});

describe('the controllers serve', () => {
  it.each<[string, string, Given]>([
    ['another method', '/v1/track', { method: 'GET' }],
    ['another spelling', '/V1/Track', { body: EVENT }],
    ['an unknown path', '/v1/nothing', { body: EVENT }],
  ])('%s', async (_, path, given) => {
    served.mockClear();
    await answerOf(path, given);
    expect(served).toHaveReturnedWith(false);
  });
});

it('covers every route that the controllers declare', () => {
  const declared = CONTROLLERS.flatMap(declaredRoutes).flatMap(({ addresses }) => addresses);
  const paths = CALLS.map(([path, { method = 'POST' }]) => `${method} ${path}`);
  expect(declared.toSorted()).toEqual(paths.toSorted());
});

it('closes the connection of a call whose answer fails too, and serves the next call', async () => {
  const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
  const failing = vi.spyOn(WireErrorFilter.prototype, 'catch').mockImplementation(() => {
    throw new TypeError('fault');
  });
  const failed = await answerOf('/v1/track', { body: 'broken' }).catch(() => '');
  failing.mockRestore();
  expect(failed).toBe('');
  expect(error).toHaveBeenCalledExactlyOnceWith({ event: 'call.abandoned', reason: 'TypeError: fault' });
  error.mockRestore();
  expect(await answerOf('/v1/track', { body: EVENT })).toContain('200 OK');
});
