import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product } from '../support/product.js';
import { type Received, type Receiver, startReceiver } from '../support/receiver.js';

const ADMIN_TOKEN = 'e2e-administration-token';
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OTHER_SECRET = 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

interface Made {
  readonly id: string;
  readonly value: string;
  readonly [field: string]: unknown;
}

let product: Product;
let orders: Receiver;
let everything: Receiver;
let workspace: string;
let writeKey: string;
let destination: string;
/** Message ids of all sent events. */
const sent: string[] = [];

async function call(method: string, path: string, body?: object): Promise<Made> {
  const response = await fetch(`${product.address}/admin/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = (await response.json()) as Made;
  expect(response.ok, JSON.stringify(answer)).toBe(true);
  return answer;
}

async function track(event: string): Promise<void> {
  const messageId = `${event}-${sent.length}`;
  const response = await fetch(`${product.address}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${writeKey}:`)}` },
    body: JSON.stringify({ userId: 'user-1', event, messageId }),
  });
  expect(response.status).toBe(200);
  sent.push(messageId);
}

const namesAt = (receiver: Receiver) => receiver.events().map(({ event }) => event);
const filtered = async () => {
  const text = await (await fetch(`${product.address}/metrics`)).text();
  return /^tributary_deliveries_total\{type="webhook",outcome="filtered",reason="connection_filter"\} (\d+)$/m.exec(
    text,
  )?.[1];
};
const verify = (secret: string, { body, headers }: Received) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

/** Creates a source and two destinations through the API in an empty product. A filter lets only orders pass to one of them. */
beforeAll(async () => {
  [orders, everything] = [await startReceiver(), await startReceiver()];
  product = await makeProduct({ BOOTSTRAP_ADMIN_TOKEN: ADMIN_TOKEN, RETRY_BASE_MS: '50' });
  await product.start();
  workspace = `/workspaces/${(await call('POST', '/workspaces', { name: 'Shop' })).id}`;
  const { id: sourceId } = await call('POST', `${workspace}/sources`, { name: 'App' });
  const key = await call('POST', `${workspace}/sources/${sourceId}/write-keys`, { name: 'First' });
  writeKey = key.value;
  const make = async (name: string, settings: object, filter: object | null) => {
    const body = { type: 'webhook', name, settings };
    const { id } = await call('POST', `${workspace}/destinations`, body);
    await call('POST', `${workspace}/connections`, { sourceId, destinationId: id, filter });
    return `${workspace}/destinations/${id}`;
  };
  await make('Everything', { url: everything.url }, null);
  destination = await make('Orders', { url: orders.url, secret: SECRET }, { events: ['Order *'] });
}, 120_000);

afterAll(async () => {
  await product.dispose();
  await Promise.all([orders.close(), everything.close()]);
});

beforeEach(() => {
  orders.requests.length = 0;
});

describe('a workspace created through the API', () => {
  it('delivers events that pass the filter of the connection, signed, and no others', async () => {
    for (const name of ['Order Completed', 'Page Opened', 'Order Fence']) await track(name);
    await eventually(() => expect(namesAt(orders)).toHaveLength(2));
    expect(namesAt(orders).sort()).toEqual(['Order Completed', 'Order Fence']);
    for (const request of orders.requests) expect(() => verify(SECRET, request)).not.toThrow();
    await eventually(async () => expect(await filtered()).toBe('1'));
  });

  it('sends a test event to a destination', async () => {
    expect(await call('POST', `${destination}/test`, {})).toMatchObject({
      outcome: 'delivered',
      response: { status: 200 },
    });
    expect(namesAt(orders)).toEqual(['Test Event']);
  });

  it('keeps the backlog of a paused destination and delivers it after the resume', async () => {
    expect(await call('POST', `${destination}/pause`)).toMatchObject({ state: 'paused' });
    const names = ['Order 1', 'Order 2', 'Order 3'];
    for (const name of names) await track(name);
    await eventually(() => expect(namesAt(everything)).toEqual(expect.arrayContaining(names)));
    expect(namesAt(orders)).toEqual([]);
    expect(await call('POST', `${destination}/resume`)).toMatchObject({ state: 'active' });
    await eventually(() => expect(namesAt(orders).sort()).toEqual(names));
  });

  it('applies changed settings within two seconds, and keeps a secret that the change leaves out', async () => {
    await call('PATCH', destination, { settings: { url: `${orders.url}elsewhere` } });
    await track('Order Elsewhere');
    await eventually(() => expect(orders.requests.map(({ path }) => path)).toEqual(['/elsewhere']), 2_000);
    expect(() => verify(SECRET, orders.requests[0]!)).not.toThrow();
    await call('PATCH', destination, { settings: { url: orders.url } });
  });

  it('applies a changed address within two seconds, with the secret entered again', async () => {
    const other = await startReceiver();
    try {
      await call('PATCH', destination, { settings: { url: other.url, secret: SECRET } });
      await track('Order Elsewhere');
      await eventually(() => expect(namesAt(other)).toEqual(['Order Elsewhere']), 2_000);
      expect(() => verify(SECRET, other.requests[0]!)).not.toThrow();
      await call('PATCH', destination, { settings: { url: orders.url, secret: SECRET } });
      await track('Order Back');
      await eventually(() => expect(namesAt(orders)).toEqual(['Order Back']), 2_000);
      expect(namesAt(other)).toEqual(['Order Elsewhere']);
    } finally {
      await other.close();
    }
  });

  it('resumes by itself when the refused credentials of a destination are corrected', async () => {
    orders.answer = (request) => {
      try {
        verify(OTHER_SECRET, request);
        return { status: 200 };
      } catch {
        return { status: 401 };
      }
    };
    await track('Order Unsigned');
    const paused = { state: 'paused', paused: { reason: 'http_401' } };
    await eventually(async () => expect(await call('GET', destination)).toMatchObject(paused));
    orders.requests.length = 0;
    expect(await call('PATCH', destination, { settings: { secret: OTHER_SECRET } })).toMatchObject({
      state: 'active',
      secretsSet: ['secret'],
    });
    await eventually(() => expect(namesAt(orders)).toEqual(['Order Unsigned']));
  });

  it('has delivered each event to its other destination exactly once', async () => {
    await track('Last');
    await eventually(() => expect(namesAt(everything)).toContain('Last'));
    expect(
      everything
        .events()
        .map(({ messageId }) => messageId)
        .sort(),
    ).toEqual([...sent].sort());
  });
});

describe('destination types in the built product', () => {
  it('have examples that are accepted unchanged', async () => {
    const { data } = (await call('GET', '/destination-types')) as unknown as { data: Made[] };
    expect(data.length).toBeGreaterThan(1);
    for (const { type, settingsExample } of data)
      await call('POST', `${workspace}/destinations`, {
        type,
        name: `Example of ${type as string}`,
        settings: settingsExample,
      });
  });

  it('have schemas that describe each setting and mark the secret ones', async () => {
    expect(await call('GET', '/destination-types/webhook')).toMatchObject({
      settingsSchema: {
        properties: {
          url: { type: 'string', description: expect.stringMatching(/^Address/) as string },
          secret: { type: 'string', writeOnly: true },
          headers: { type: 'object', writeOnly: true },
          batch: { type: 'boolean', default: false },
        },
        required: ['url'],
        additionalProperties: false,
      },
    });
  });
});
