import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { type Receiver, startReceiver } from '../support/receiver.js';

/** The largest unsigned 64-bit integer, which JSON.parse would turn into 18446744073709552000. */
const BIG = '18446744073709551615';

const messageOf = (id: string) =>
  `{"writeKey":"${WRITE_KEY}","type":"track","messageId":"${id}","userId":${BIG},"event":"e","properties":{"big":${BIG},"one":1,"half":0.5}}`;

const WAYS: Readonly<Record<string, (address: string, message: string) => Promise<Response>>> = {
  'a single call': (address, message) => fetch(`${address}/v1/track`, { method: 'POST', body: message }),
  'a batch': (address, message) =>
    fetch(`${address}/v1/batch`, { method: 'POST', body: `{"batch":[${message},${messageOf('beside')}]}` }),
  "a pixel's base64": (address, message) =>
    fetch(`${address}/v1/pixel/track?data=${Buffer.from(message).toString('base64url')}`),
};

const BACKENDS: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  'the embedded default': () => Promise.resolve({}),
  'real Kafka, Postgres and Redis': realServers,
};

describe.each(Object.entries(BACKENDS))('on %s', (_, backend) => {
  let settings: Record<string, string>;
  let product: Product;
  let receiver: Receiver;

  beforeAll(async () => {
    receiver = await startReceiver();
    settings = await backend();
    product = await makeProduct({ ...settings, BOOTSTRAP_WEBHOOK_URL: receiver.url });
    await product.start();
  }, 90_000);

  afterAll(async () => {
    await product.dispose();
    await receiver.close();
  });

  const atReceiver = (id: string) => receiver.requests.find(({ body }) => body.includes(`"${id}"`))?.body;

  it.each(Object.entries(WAYS))('an unsigned 64-bit integer keeps its digits: %s', async (name, send) => {
    const id = `number of ${name}`;
    expect((await send(product.address, messageOf(id))).status).toBe(200);
    // The first join of a new consumer group takes several seconds.
    const body = await eventually(() => atReceiver(id) ?? expect.fail('not yet at the webhook'), 60_000);
    expect(body).toContain(`"properties":{"big":${BIG},"one":1,"half":0.5}`);
    expect(body).toContain(`"userId":"${BIG}"`);
    const { KAFKA_BROKERS: brokers, EVENTS_TOPIC: topic } = settings;
    if (brokers !== undefined && topic !== undefined) expect(inTopic(brokers, topic)).toContain(body);
  });

  it('keeps them when the receiver is unreachable at first and the event waits in Postgres', async () => {
    receiver.answer = { status: 503 };
    await WAYS['a single call']!(product.address, messageOf('waits'));
    await eventually(() => expect(atReceiver('waits')).toBeDefined());
    receiver.requests.length = 0;
    receiver.answer = { status: 200 };
    await eventually(() => expect(atReceiver('waits')).toContain(`"big":${BIG}`), 30_000);
  });
});

/** All values of a topic, one per line. */
const inTopic = (brokers: string, topic: string): string[] =>
  execFileSync('kcat', ['-b', brokers, '-C', '-t', topic, '-o', 'beginning', '-e', '-q', '-f', '%s\n'])
    .toString()
    .split('\n');
