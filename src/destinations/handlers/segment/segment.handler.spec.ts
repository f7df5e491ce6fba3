import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { type CanonicalEvent } from '../../../events/event.js';
import { parseJson, stringifyJson } from '../../../events/exact-json.js';
import { type HttpRequest } from '../../contract/http.js';
import { addressesOf, secretsOf } from '../../contract/settings-marks.js';
import { segment, SegmentDestinationSettings } from './segment.handler.js';

const settingsOf = (plain: object) =>
  plainToInstance(SegmentDestinationSettings, plain, { exposeDefaultValues: true });

async function sent(events = [anEvent()], settings = {}, mark = {}) {
  const requests: (HttpRequest & { url: string })[] = [];
  // Like the framework, which parses events with JSON.parse: only the text has numbers beyond 2^53 exactly.
  const items = events.map(stringifyJson).map((json) => {
    return { event: JSON.parse(json) as CanonicalEvent, json, attempt: 1, ...mark };
  });
  const results = await segment.deliver(items, {
    ...{
      settings: settingsOf({ writeKey: 'key', ...settings }),
      destinationId: 'dst_1',
      workspaceId: 'wsp_1',
    },
    ...{ opened: undefined, signal: new AbortController().signal },
    http: {
      send: (url, request) => {
        requests.push({ url, ...request });
        return Promise.resolve({ status: 200, body: '' });
      },
    },
  });
  return { requests, results };
}

describe('segment', () => {
  it('sends the events in one batch, with the write key as server SDKs send it', async () => {
    const { requests, results } = await sent([anEvent({ messageId: 'm1' }), anEvent({ messageId: 'm2' })]);
    expect(results).toEqual([{ kind: 'ok' }, { kind: 'ok' }]);
    expect(requests).toMatchObject([
      {
        url: 'https://api.segment.io/v1/batch',
        headers: { 'content-type': 'application/json', authorization: 'Basic a2V5Og==' },
      },
    ]);
    expect(JSON.parse(requests[0]!.body)).toEqual({
      batch: [expect.objectContaining({ messageId: 'm1' }), expect.objectContaining({ messageId: 'm2' })],
    });
  });

  it('marks replayed events only', async () => {
    const markOf = async (mark: object) =>
      (await sent([anEvent()], {}, mark)).requests[0]?.headers?.['tributary-replay'];
    expect([await markOf({}), await markOf({ replay: 'rpl_1' })]).toEqual([undefined, 'rpl_1']);
  });

  it('omits the fields that the next collector sets, and keeps all others with every digit', async () => {
    const fields = {
      ...{ type: 'track' as const, event: 'e', messageId: 'm', userId: 'u', channel: 'server', own: null },
      ...{ integrations: { All: false, 'Mixpanel ü': { a: 1 } }, context: { ip: '1.2.3.4' } },
      properties: { id: 12345678901234567890n, nested: [{ deep: true }] },
      timestamp: '2020-01-02T03:04:05.678Z',
    };
    const { requests } = await sent([anEvent(fields)]);
    expect(parseJson(requests[0]!.body)).toEqual({ batch: [fields] });
  });

  it.each([
    ['https://collector.example.com', 'https://collector.example.com/v1/batch'],
    ['https://collector.example.com/', 'https://collector.example.com/v1/batch'],
    ['https://example.com/collector/', 'https://example.com/collector/v1/batch'],
  ])('appends the path to %s', async (endpoint, url) => {
    expect((await sent([anEvent()], { endpoint })).requests.map((request) => request.url)).toEqual([url]);
  });

  it('marks the secret and the address', () => {
    expect(secretsOf(SegmentDestinationSettings)).toEqual(['writeKey']);
    expect(addressesOf(SegmentDestinationSettings)).toEqual(['endpoint']);
  });

  it.each([
    [{}, 'writeKey'],
    [{ writeKey: '' }, 'writeKey'],
    [{ writeKey: 'a b' }, 'writeKey'],
    [{ writeKey: 'a:b' }, 'writeKey'],
    [{ writeKey: 'k', endpoint: 'example.com' }, 'endpoint'],
    [{ writeKey: 'k', endpoint: 'ftp://example.com' }, 'endpoint'],
    [{ writeKey: 'k', endpoint: 'https://u:p@example.com' }, 'endpoint'],
    [{ writeKey: 'k', endpoint: 'https://example.com/?a=b' }, 'endpoint'],
    [{ writeKey: 'k', endpoint: 'https://example.com/#a' }, 'endpoint'],
  ])('refuses %j because of %s', (settings, property) => {
    expect(validateSync(settingsOf(settings)).map((fault) => fault.property)).toEqual([property]);
  });

  it.each([{ writeKey: 'k' }, { writeKey: 'k', endpoint: 'http://127.0.0.1:8080' }])(
    'accepts %j',
    (settings) => {
      expect(validateSync(settingsOf(settings))).toEqual([]);
    },
  );
});
