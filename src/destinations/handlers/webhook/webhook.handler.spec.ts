import { randomBytes } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { type HttpRequest } from '../../contract/http.js';
import { secretsOf } from '../../contract/settings-marks.js';
import { WebhookSettings, webhook } from './webhook.handler.js';

const url = 'https://example.com/hook';
const secret = `whsec_${randomBytes(24).toString('base64')}`;
const item = (overrides = {}) => {
  const event = anEvent(overrides);
  return { event, json: `${JSON.stringify(event)} `, attempt: 1 };
};

async function sent(settings: Partial<WebhookSettings>, items = [item()]) {
  const requests: HttpRequest[] = [];
  const results = await webhook.deliver(items, {
    settings: Object.assign(new WebhookSettings(), { url, ...settings }),
    destinationId: 'dst_1',
    workspaceId: 'wsp_1',
    opened: undefined,
    signal: new AbortController().signal,
    http: {
      send: (_, request) => {
        requests.push(request);
        return Promise.resolve({ status: 200, body: '' });
      },
    },
  });
  return { requests, results };
}

describe('webhook', () => {
  it('sends each event byte for byte as the event log holds it', async () => {
    const items = [item(), item()];
    const { requests } = await sent({}, items);
    expect(requests.map(({ body }) => body)).toEqual(items.map(({ json }) => json));
  });

  it('sends one array of the same bytes when batching', async () => {
    const items = [item(), item()];
    const { requests, results } = await sent({ batch: true }, items);
    expect(requests.map(({ body }) => body)).toEqual([`[${items[0]!.json},${items[1]!.json}]`]);
    expect(results).toHaveLength(2);
  });

  it.each([
    ['one event', {}, [item()]],
    ['a batch', { batch: true }, [item(), item()]],
    ['an id that no header can carry', {}, [item({ messageId: 'Größe\n1' })]],
  ])('signs %s so that the reference library verifies it', async (_, settings, items) => {
    const { requests } = await sent({ secret, ...settings }, items);
    const { body, headers = {} } = requests[0]!;
    expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow();
  });

  it('signs with both secrets during a rotation', async () => {
    const previousSecret = `whsec_${randomBytes(24).toString('base64')}`;
    const { requests } = await sent({ secret, previousSecret });
    const { body, headers = {} } = requests[0]!;
    for (const known of [secret, previousSecret]) {
      expect(() => new Webhook(known).verify(body, headers)).not.toThrow();
    }
    const other = `whsec_${randomBytes(24).toString('base64')}`;
    expect(() => new Webhook(other).verify(body, headers)).toThrow();
  });

  it('signs nothing with a previous secret alone', async () => {
    const { requests } = await sent({ previousSecret: secret });
    expect(requests[0]?.headers).not.toHaveProperty('webhook-signature');
  });

  it.each(['POST', 'PUT', 'PATCH'] as const)('sends with the method %s of the settings', async (method) => {
    const { requests } = await sent({ method });
    expect(requests.map((request) => request.method)).toEqual([method]);
  });

  it('uses the message id as webhook-id, by which a receiver detects a repetition', async () => {
    const items = [item({ messageId: 'm-1' })];
    const first = await sent({ secret }, items);
    expect(first.requests[0]?.headers).toMatchObject({ 'webhook-id': 'm-1' });
  });

  it('sends the headers of the settings, which may replace the content type', async () => {
    const { requests } = await sent({ headers: { 'X-Key': 'k', 'Content-Type': 'application/vnd.x+json' } });
    expect(requests[0]?.headers).toEqual({ 'x-key': 'k', 'content-type': 'application/vnd.x+json' });
  });

  it('takes several events at a time only when batching', () => {
    const maxItemsOf = (settings: Partial<WebhookSettings>) =>
      webhook.limits?.(Object.assign(new WebhookSettings(), settings)).maxItems;
    expect(maxItemsOf({ maxItems: 50 })).toBeUndefined();
    expect(maxItemsOf({ batch: true })).toBe(100);
    expect(maxItemsOf({ batch: true, maxItems: 50 })).toBe(50);
  });

  it('has the time limit of the settings', () => {
    const timeoutOf = (settings: Partial<WebhookSettings>) =>
      webhook.limits?.(Object.assign(new WebhookSettings(), settings)).timeoutMs;
    expect(timeoutOf({})).toBe(10_000);
    expect(timeoutOf({ timeoutSeconds: 1 })).toBe(1_000);
    expect(timeoutOf({ timeoutSeconds: 60, batch: true })).toBe(60_000);
  });

  it('marks the secrets', () => {
    expect(secretsOf(WebhookSettings)).toEqual(['secret', 'previousSecret', 'headers']);
  });

  it.each([
    [{}, 'url'],
    [{ url: 'example.com' }, 'url'],
    [{ url: 'ftp://example.com' }, 'url'],
    [{ url: 'https://user:password@example.com' }, 'url'],
    [{ url, secret: 'plain' }, 'secret'],
    [{ url, secret: 'whsec_c2hvcnQ=' }, 'secret'],
    [{ url, headers: { 'X-A': 'a\r\nX-B: b' } }, 'headers'],
    [{ url, headers: { Host: 'other' } }, 'headers'],
    [{ url, headers: { 'webhook-id': '1' } }, 'headers'],
    [{ url, headers: { 'a b': '1' } }, 'headers'],
    [{ url, headers: ['a'] }, 'headers'],
    [{ url, previousSecret: 'plain' }, 'previousSecret'],
    [{ url, method: 'GET' }, 'method'],
    [{ url, batch: 'yes' }, 'batch'],
    [{ url, maxItems: 0 }, 'maxItems'],
    [{ url, maxItems: 1_001 }, 'maxItems'],
    [{ url, maxItems: 1.5 }, 'maxItems'],
    [{ url, timeoutSeconds: 0 }, 'timeoutSeconds'],
    [{ url, timeoutSeconds: 61 }, 'timeoutSeconds'],
    [{ url, timeoutSeconds: 2.5 }, 'timeoutSeconds'],
    [{ url, timeoutSeconds: '10' }, 'timeoutSeconds'],
  ])('refuses %j because of %s', (settings, property) => {
    const faults = validateSync(plainToInstance(WebhookSettings, settings, { exposeDefaultValues: true }));
    expect(faults.map((fault) => fault.property)).toEqual([property]);
  });

  it.each([
    { url },
    { url: 'http://localhost:8080/x' },
    { url: 'http://127.0.0.1:9/' },
    { url: 'http://[::1]:9/' },
    {
      ...{ url, secret, previousSecret: secret, headers: { Authorization: 'Bearer x' } },
      ...{ method: 'PUT', batch: true, maxItems: 1_000, timeoutSeconds: 60 },
    },
  ])('accepts %j', (settings) => {
    expect(validateSync(plainToInstance(WebhookSettings, settings, { exposeDefaultValues: true }))).toEqual(
      [],
    );
  });
});
