import { randomBytes } from 'node:crypto';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { anEvent } from '../../../../test/support/events.js';
import { type HttpRequest, secretsOf } from '../../handler.js';
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
    signal: new AbortController().signal,
    http: {
      send: (_, request) => {
        requests.push(request);
        return Promise.resolve({ status: 200, body: '' });
      },
    },
    print: () => undefined,
  });
  return { requests, results };
}

describe('webhook', () => {
  it('sends each event as the log holds it, byte for byte', async () => {
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

  it('uses the message id as webhook-id, so that a repetition is known', async () => {
    const items = [item({ messageId: 'm-1' })];
    const first = await sent({ secret }, items);
    expect(first.requests[0]?.headers).toMatchObject({ 'webhook-id': 'm-1' });
  });

  it('sends headers of one’s own, and lets them name another content type', async () => {
    const { requests } = await sent({ headers: { 'X-Key': 'k', 'Content-Type': 'application/vnd.x+json' } });
    expect(requests[0]?.headers).toEqual({ 'x-key': 'k', 'content-type': 'application/vnd.x+json' });
  });

  it('takes many events at a time only when batching', () => {
    const limitsOf = (batch: boolean) => webhook.limits?.(Object.assign(new WebhookSettings(), { batch }));
    expect(limitsOf(false)?.maxItems).toBeUndefined();
    expect(limitsOf(true)?.maxItems).toBe(100);
  });

  it('marks what is secret', () => {
    expect(secretsOf(WebhookSettings)).toEqual(['secret', 'headers']);
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
    [{ url, batch: 'yes' }, 'batch'],
  ])('refuses %j because of %s', (settings, property) => {
    const faults = validateSync(plainToInstance(WebhookSettings, settings, { exposeDefaultValues: true }));
    expect(faults.map((fault) => fault.property)).toEqual([property]);
  });

  it.each([
    { url },
    { url: 'http://localhost:8080/x' },
    { url: 'http://127.0.0.1:9/' },
    { url: 'http://[::1]:9/' },
    { url, secret, headers: { Authorization: 'Bearer x' }, batch: true },
  ])('accepts %j', (settings) => {
    expect(validateSync(plainToInstance(WebhookSettings, settings, { exposeDefaultValues: true }))).toEqual(
      [],
    );
  });
});
