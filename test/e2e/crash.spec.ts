import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

const ROUNDS = 20;
const SENDERS = 8;
const AUTHORIZATION = `Basic ${btoa(`${WRITE_KEY}:`)}`;

const BACKENDS = { 'the local log': () => Promise.resolve({}), Kafka: realServers };

describe.each(Object.entries(BACKENDS))('kill -9 at a random moment under load, on %s', (_, settings) => {
  let product: Product;
  let receiver: Receiver;
  const acknowledged = new Set<string>();
  const arrived = new Set<string>();

  beforeAll(async () => {
    receiver = await startReceiver();
    receiver.answer = ({ body }) => {
      arrived.add((JSON.parse(body) as { messageId: string }).messageId);
      return { status: 200 };
    };
    product = await makeProduct({
      ...(await settings()),
      BOOTSTRAP_WEBHOOK_URL: receiver.url,
      LOG_LEVEL: 'warn',
    });
  }, 60_000);

  afterAll(async () => {
    await product.dispose();
    await receiver.close();
  });

  it(`loses no event that was answered 200, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      await product.start();
      const before = acknowledged.size;
      const senders = Array.from({ length: SENDERS }, () => sendUntilItDies(product.address, acknowledged));
      await eventually(() => expect(acknowledged.size).toBeGreaterThan(before));
      await sleep(Math.random() * 300);
      await product.kill();
      await Promise.all(senders);
    }
    await product.start();
    await eventually(() => expect([...acknowledged].filter((id) => !arrived.has(id))).toEqual([]), 60_000);
    expect(acknowledged.size).toBeGreaterThan(ROUNDS * SENDERS);
  }, 300_000);
});

/** Sends single calls and batches one after the other until the connection breaks. */
async function sendUntilItDies(address: string, acknowledged: Set<string>): Promise<void> {
  for (let n = 0; ; n++) {
    const items = Array.from({ length: n % 3 === 0 ? 20 : 1 }, () => ({
      type: 'track',
      userId: `user-${n % 7}`,
      event: 'Survived',
      messageId: crypto.randomUUID(),
    }));
    const batch = items.length > 1;
    try {
      const answer = await fetch(`${address}/v1/${batch ? 'batch' : 'track'}`, {
        method: 'POST',
        headers: { authorization: AUTHORIZATION },
        body: JSON.stringify(batch ? { batch: items } : items[0]),
      });
      await answer.text();
      if (answer.status === 200) for (const { messageId } of items) acknowledged.add(messageId);
    } catch {
      return;
    }
  }
}
