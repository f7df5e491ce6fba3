import { setTimeout as sleep } from 'node:timers/promises';
import { WRITE_KEY } from '../../support/product.js';

const BATCH = 500;
const SENDERS = 2;
/** One event in so many is refused by the receiver for good. */
const POISON_EVERY = 2_000;

export const idOf = (index: number): string => `message-${index}`;
export const isPoison = (id: string): boolean =>
  Number(id.slice(id.indexOf('-') + 1)) % POISON_EVERY === POISON_EVERY - 1;

export interface Sent {
  /** Message ids of answered 2xx. */
  readonly accepted: Set<string>;
  /** Calls that had to be sent again. */
  again: number;
}

/** Sends so many events in batches, spread evenly over a time; what is not answered 2xx is sent again until it is. */
export async function sendEvents(address: string, count: number, overMs: number): Promise<Sent> {
  const sent: Sent = { accepted: new Set(), again: 0 };
  const started = Date.now();
  const starts = Array.from({ length: Math.ceil(count / BATCH) }, (_, batch) => batch * BATCH).values();
  const sender = async () => {
    for (const first of starts) {
      await sleep(Math.max(started + (overMs * first) / count - Date.now(), 0));
      await sendBatch(address, first, Math.min(first + BATCH, count), sent);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return sent;
}

async function sendBatch(address: string, from: number, to: number, sent: Sent): Promise<void> {
  const batch = Array.from({ length: to - from }, (_, n) => eventOf(from + n));
  const body = JSON.stringify({ batch });
  const headers = { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` };
  for (;;) {
    const answer = await fetch(`${address}/v1/batch`, { method: 'POST', headers, body }).catch(
      () => undefined,
    );
    await answer?.text();
    if (answer?.ok) break;
    sent.again += 1;
    await sleep(200);
  }
  for (const { messageId } of batch) sent.accepted.add(messageId);
}

const eventOf = (index: number) => ({
  type: 'track',
  event: 'Order Completed',
  userId: `user-${index % 1_000}`,
  messageId: idOf(index),
  properties: { orderId: `order-${index}`, total: index / 100, currency: 'EUR', coupon: null },
});
