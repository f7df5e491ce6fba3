import { request, Agent } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load-config.js';
import { createEventLog } from '../../src/event-log/event-log.module.js';
import { read, ready } from '../integration/event-log/drivers.js';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

const AUTHORIZATION = `Basic ${btoa(`${WRITE_KEY}:`)}`;
const BACKENDS = { 'a local store': () => Promise.resolve({}), Redis: realServers };

/** Messages that lack a required field of their type, by reason of rejection. */
const FAULTY = {
  no_user_anon_id: { type: 'track', event: 'Nobody' },
  event_not_defined: { type: 'track', userId: 'u1' },
  group_id_required: { type: 'group', userId: 'u1' },
  previous_id_required: { type: 'alias', userId: 'u1' },
  invalid_type: { type: 'nonsense', userId: 'u1' },
  message_id_too_long: { type: 'page', userId: 'u1', messageId: 'x'.repeat(101) },
  bad_request: 'no object',
};

const aTrack = (messageId: string) => ({ type: 'track', userId: 'u1', event: 'Sent', messageId });

/** Uses a separate connection. */
async function post(address: string, path: string, body: unknown) {
  const agent = new Agent();
  const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const call = request(new URL(path, address), {
      method: 'POST',
      agent,
      headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
    });
    call.on('error', reject);
    call.on('response', (response) => {
      void text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    call.end(JSON.stringify(body));
  });
  agent.destroy();
  return answer;
}

const ACCEPTED = { status: 200, body: '{"success":true}' };

describe.each(Object.entries(BACKENDS))('deduplication with %s', (_, settings) => {
  let product: Product;
  let receiver: Receiver;
  let servers: Record<string, string>;

  beforeAll(async () => {
    receiver = await startReceiver();
    servers = await settings();
    product = await makeProduct({
      ...servers,
      BOOTSTRAP_WEBHOOK_URL: receiver.url,
      LOG_LEVEL: 'warn',
    });
    await product.start();
  }, 60_000);

  afterAll(async () => {
    await product.dispose();
    await receiver.close();
  });

  const send = (body: unknown) => post(product.address, '/v1/track', body);
  const sendBatch = (batch: unknown[]) => post(product.address, '/v1/batch', { batch });

  /** Message ids in the events topic, read while the product is stopped: by then every answered call is in the topic. */
  async function stored(): Promise<string[]> {
    await product.stop();
    const config = loadConfig({ ...servers, DATA_DIR: product.dataDir });
    const log = await ready(createEventLog(config));
    const group = crypto.randomUUID();
    const reader = await read(log, group, [config.EVENTS_TOPIC], { maxRecords: 1_000 });
    const positions = await log.positions(group, [config.EVENTS_TOPIC]);
    const end = positions.reduce((sum, position) => sum + Number(position.end), 0);
    await eventually(() => expect(reader.records).toHaveLength(end), 30_000);
    await reader.subscription.stop();
    await log.close();
    await product.start();
    return reader.records.map(({ headers }) => headers['messageId'] ?? '');
  }
  const storedOf = async (prefix: string) =>
    (await stored()).filter((id) => id.startsWith(prefix)).toSorted();

  async function counter(name: string, labels: string): Promise<number> {
    const metrics = await (await fetch(`${product.address}/metrics`)).text();
    const line = metrics.split('\n').find((row) => row.startsWith(`${name}${labels} `));
    return Number(line?.split(' ').at(-1) ?? 0);
  }
  const messages = (outcome: string, code = '') =>
    counter('tributary_messages_total', `{outcome="${outcome}",code="${code}"}`);

  it('stores a message once that three connections send at the same time, and answers each 200', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `at-once-${index}`);
    const before = await messages('duplicate');
    for (const id of ids) {
      const answers = await Promise.all([1, 2, 3].map(() => send(aTrack(id))));
      expect(answers).toEqual([ACCEPTED, ACCEPTED, ACCEPTED]);
    }
    expect(await messages('duplicate')).toBe(before + 60);
    expect(await storedOf('at-once-')).toEqual(ids.toSorted());
  });

  it('stores each message of overlapping batches once, in any order, and one copy of a message that a batch repeats', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `batch-${index}`);
    const batch = ids.map(aTrack);
    const batches = [
      batch,
      batch.toReversed(),
      [...batch.slice(100), ...batch.slice(0, 100)],
      [...batch, ...batch],
    ];
    expect(await Promise.all(batches.map(sendBatch))).toEqual(batches.map(() => ACCEPTED));
    expect(await storedOf('batch-')).toEqual(ids.toSorted());
  });

  it('still recognises it after kill -9 and a restart', async () => {
    expect(await send(aTrack('survivor'))).toEqual(ACCEPTED);
    await product.kill();
    await product.start();
    const again = await Promise.all([1, 2, 3].map(() => send(aTrack('survivor'))));
    expect(again).toEqual([ACCEPTED, ACCEPTED, ACCEPTED]);
    expect(await messages('duplicate')).toBe(3);
    expect(await counter('tributary_deduplication_skipped_total', '')).toBe(0);
    expect(await storedOf('survivor')).toEqual(['survivor']);
  });

  it('accepts 9,300 and rejects 700 of 100 batches with 7 faulty messages each, and the counters agree', async () => {
    const codes = Object.keys(FAULTY);
    const before = await messages('accepted');
    const duplicates = await messages('duplicate');
    for (let round = 0; round < 100; round += 1) {
      const good = Array.from({ length: 93 }, (_, index) => aTrack(`mixed-${round}-${index}`));
      expect(await sendBatch([...Object.values(FAULTY), ...good])).toEqual(ACCEPTED);
    }
    expect((await messages('accepted')) - before).toBe(9_300);
    expect(await messages('duplicate')).toBe(duplicates);
    expect(await Promise.all(codes.map((code) => messages('rejected', code)))).toEqual(codes.map(() => 100));
    await eventually(async () => {
      const labels = '{type="webhook",outcome="delivered"}';
      expect(await counter('tributary_deliveries_total', labels)).toBeGreaterThanOrEqual(9_300);
    }, 60_000);
    const ids = await storedOf('mixed-');
    expect(ids).toHaveLength(9_300);
    expect(new Set(ids).size).toBe(9_300);
  });

  it('counts calls without readable messages by their code', async () => {
    const refused = (code: string) => counter('tributary_calls_refused_total', `{code="${code}"}`);
    await fetch(`${product.address}/v1/track`, { method: 'POST', body: '{}' });
    await fetch(`${product.address}/v1/nowhere`);
    expect(await refused('invalid_write_key')).toBe(1);
    expect(await refused('not_found')).toBe(1);
  });
});
