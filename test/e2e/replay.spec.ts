import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

const TOKEN = 'admin-token-of-the-replay-test';
const EVENTS = 300;
const RATE = 60;

const LOGS = [
  { log: 'the local log', servers: () => Promise.resolve({}) },
  { log: 'Kafka', servers: realServers },
];

describe.each(LOGS)('a replay from $log, through kill -9', ({ servers }) => {
  let product: Product;
  let receiver: Receiver;
  let other: Receiver;
  afterEach(async () => {
    await product.dispose();
    await receiver.close();
    await other.close();
  });

  async function call<Body>(method: string, path: string, body?: object): Promise<Body> {
    const response = await fetch(`${product.address}/admin/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(response.status).toBeLessThan(300);
    return (await response.json()) as Body;
  }

  const only = async (path: string): Promise<string> =>
    (await call<{ data: { id: string }[] }>('GET', path)).data[0]!.id;

  it('sends every event to its destination, and nothing to the other one', async () => {
    receiver = await startReceiver();
    other = await startReceiver();
    product = await makeProduct({
      ...(await servers()),
      BOOTSTRAP_ADMIN_TOKEN: TOKEN,
      BOOTSTRAP_WEBHOOK_URL: receiver.url,
    });
    await product.start();
    const workspace = `/workspaces/${await only('/workspaces')}`;
    const sourceId = await only(`${workspace}/sources`);
    const destinationId = await only(`${workspace}/destinations?type=webhook`);
    const neighbour = { type: 'webhook', name: 'Other', settings: { url: other.url } };
    const { id } = await call<{ id: string }>('POST', `${workspace}/destinations`, neighbour);
    await call('POST', `${workspace}/connections`, { sourceId, destinationId: id });
    const batch = Array.from({ length: EVENTS }, (_, index) => {
      return { type: 'track', event: 'Sent', userId: `user-${index}`, messageId: `message-${index}` };
    });
    await fetch(`${product.address}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
      body: JSON.stringify({ batch }),
    });
    await eventually(
      () => expect([receiver.events().length, other.events().length]).toEqual([EVENTS, EVENTS]),
      60_000,
    );
    receiver.requests.length = 0;

    const asked = {
      destinationId,
      from: '2020-01-01T00:00:00Z',
      to: '2999-01-01T00:00:00Z',
      rateLimit: RATE,
    };
    const { count } = await call<{ count: number }>('POST', `${workspace}/replays/dry-run`, asked);
    expect(count).toBe(EVENTS);
    const replay = await call<{ id: string }>('POST', `${workspace}/replays`, asked);
    await eventually(() => expect(receiver.requests.length).toBeGreaterThan(RATE), 30_000);
    await product.kill();
    const before = receiver.requests.length;
    expect(before).toBeLessThan(EVENTS);
    await product.start();

    const read = () => call<{ state: string; progress: object }>('GET', `${workspace}/replays/${replay.id}`);
    await eventually(async () => expect((await read()).state).toBe('completed'), 90_000);
    expect((await read()).progress).toMatchObject({ percent: 100, counted: EVENTS, delivered: EVENTS });
    const got = receiver.events().map(({ messageId }) => messageId);
    expect(new Set(got).size).toBe(EVENTS);
    // What was sent together when the process died comes again, and no more.
    expect(got.length).toBeLessThanOrEqual(EVENTS + RATE);
    for (const { headers } of receiver.requests) expect(headers['tributary-replay']).toBe(replay.id);
    expect(other.requests).toHaveLength(EVENTS);
  });
});
