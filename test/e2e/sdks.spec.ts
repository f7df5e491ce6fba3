import { Analytics } from '@segment/analytics-node';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { tapWire, type WireTap } from '../support/wire-tap.js';
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

function missing(ids: string[], receiver: Receiver): string[] {
  const arrived = new Set(receiver.events().map(({ messageId }) => messageId));
  return ids.filter((id) => !arrived.has(id));
}
