import { Analytics } from '@segment/analytics-node';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { tapWire, type WireTap } from '../support/wire-tap.js';
import { outOfOrder, type Taken } from '../support/per-user-order.js';
import { asSent, callNumber } from './sdk-calls.js';

const CALLS = 1_000;
type Json = Record<string, unknown>;

const BACKENDS = {
  'the embedded default': () => Promise.resolve({}),
  'real Kafka, Postgres and Redis': realServers,
};

/** An SDK in use: constructed as its documentation says, without other changes. */
const CLIENTS = {
  '@segment/analytics-node': async (host: string) => {
    const client = new Analytics({ writeKey: WRITE_KEY, host, flushAt: 50 });
    const ids = Array.from({ length: CALLS }, (_, n) => callNumber(client as never, n));
    await client.closeAndFlush();
    return ids;
  },
  '@rudderstack/rudder-sdk-node': async (host: string) => {
    const client = new RudderAnalytics(WRITE_KEY, { dataPlaneUrl: host, flushAt: 50, flushInterval: 200 });
    const ids = Array.from({ length: CALLS }, (_, n) => callNumber(client as never, n));
    await client.flush();
    return ids;
  },
};

describe.each(Object.entries(BACKENDS))('on %s', (_, settings) => {
  let product: Product;
  let receiver: Receiver;
  let tap: WireTap;

  beforeAll(async () => {
    receiver = await startReceiver();
    product = await makeProduct({ ...(await settings()), BOOTSTRAP_WEBHOOK_URL: receiver.url });
    await product.start();
    tap = await tapWire(product.address);
  }, 90_000);

  afterAll(async () => {
    await tap.close();
    await product.dispose();
    await receiver.close();
  });

  it.each(Object.entries(CLIENTS))(
    '%s: every event reaches the webhook field for field as sent',
    async (_name, send) => {
      const ids = await send(tap.address);
      await eventually(() => expect(missing(ids, receiver)).toEqual([]), 60_000);

      const sent = new Map(
        tap.calls
          .flatMap(({ body }) => (JSON.parse(body) as { batch: Json[] }).batch)
          .map((item) => [item['messageId'], item]),
      );
      const arrived = new Map(receiver.events().map((event) => [event.messageId, event]));
      for (const id of ids) expect(arrived.get(id)).toMatchObject(asSent(sent.get(id)!));
      expect(tap.calls.every(({ status }) => status === 200)).toBe(true);
    },
  );
});

const ROUNDS = 10;
const USERS = 20;
/** Some events of two users, so that the circuit stays closed. */
const FAILING = /-[57]:\d?7$/;
/** Of each user in a round. */
const STEPS = 3;

interface OrderedClient {
  identify(message: object): unknown;
  track(message: object): unknown;
  flush(): Promise<unknown>;
}

/** Fewer calls than `flushAt` at a time: these SDKs send full batches concurrently, in an order that they leave open. */
const ORDERED_CLIENTS: Readonly<Record<string, (host: string) => OrderedClient>> = {
  '@segment/analytics-node': (host) => new Analytics({ writeKey: WRITE_KEY, host, flushAt: 100 }),
  '@rudderstack/rudder-sdk-node': (host) =>
    new RudderAnalytics(WRITE_KEY, { dataPlaneUrl: host, flushAt: 100, flushInterval: 60_000 }),
};

describe.each(Object.entries(BACKENDS))('order per user at a webhook by default, on %s', (_, settings) => {
  let product: Product;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    // A slow receiver, and one that fails now and then: both let later requests overtake where order is not kept.
    receiver.answer = ({ body }) => {
      const { messageId } = JSON.parse(body) as { messageId: string };
      const hasFailed = failed.has(messageId) || !FAILING.test(messageId);
      failed.add(messageId);
      return { status: hasFailed ? 200 : 500, afterMs: Math.random() * 20 };
    };
    product = await makeProduct({
      ...(await settings()),
      BOOTSTRAP_WEBHOOK_URL: receiver.url,
      RETRY_BASE_MS: '50',
    });
    await product.start();
  }, 90_000);
  const failed = new Set<string>();

  afterAll(async () => {
    await product.dispose();
    await receiver.close();
  });

  it.each(Object.entries(ORDERED_CLIENTS))(
    '%s: an identify arrives before what follows it',
    async (name, clientOf) => {
      receiver.requests.length = 0;
      const client = clientOf(product.address);
      for (let round = 0; round < ROUNDS; round += 1) {
        for (let n = 0; n < STEPS * USERS; n += 1)
          orderedCall(client, `${name}-${n % USERS}`, round * STEPS + Math.floor(n / USERS));
        await client.flush();
      }
      const taken = () => accepted(receiver).filter(({ id }) => id.startsWith(name));
      const wanted = ROUNDS * STEPS * USERS;
      await eventually(() => expect(new Set(taken().map(({ id }) => id)).size).toBe(wanted), 90_000);
      expect(outOfOrder(taken())).toEqual([]);
    },
  );

  /** First successful arrivals as `<user>:<number>`; a failed event counts when it is accepted. */
  function accepted({ requests }: Receiver): Taken[] {
    const tried = new Map<string, number>();
    return requests.flatMap(({ body }) => {
      const { messageId } = JSON.parse(body) as { messageId: string };
      tried.set(messageId, (tried.get(messageId) ?? 0) + 1);
      return FAILING.test(messageId) && tried.get(messageId) === 1 ? [] : [{ id: messageId, at: 0 }];
    });
  }
});

/** The message id is `<user>:<number of the user's call>`, as `outOfOrder` reads it. */
function orderedCall(client: OrderedClient, userId: string, number: number): void {
  const messageId = `${userId}:${number}`;
  if (number === 0) client.identify({ userId, messageId, traits: { number } });
  else client.track({ userId, messageId, event: `Step ${number}` });
}

function missing(ids: string[], receiver: Receiver): string[] {
  const arrived = new Set(receiver.events().map(({ messageId }) => messageId));
  return ids.filter((id) => !arrived.has(id));
}
