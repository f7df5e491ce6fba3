import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../../support/product.js';
import { type Receiver, startReceiver } from '../../support/receiver.js';
import { seededRandom } from '../chaos/seeded-random.js';
import { type Answer, converse } from '../hostile/converse.js';
import { AdminApi } from '../openapi/admin-api.js';
import { mutated, oneOf } from './mutations.js';
import { adminRequests, type FuzzRequest, ingestionRequests } from './requests.js';

/** The same requests in each run. Another seed, or more requests, come from the environment. */
const SEED = Number(process.env['FUZZ_SEED'] ?? 12);
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 3_000);
const AT_ONCE = 16;
const WITHIN_MS = 15_000;
const TOKEN = 'the-token-of-the-fuzzing';

let product: Product;
let receiver: Receiver;
let admin: AdminApi;
let pid: number | undefined;
beforeAll(async () => {
  receiver = await startReceiver();
  product = await makeProduct({
    BOOTSTRAP_ADMIN_TOKEN: TOKEN,
    BOOTSTRAP_WEBHOOK_URL: receiver.url,
    LOG_LEVEL: 'warn',
  });
  await product.start();
  pid = product.pid();
  admin = new AdminApi(product.address, TOKEN);
});
afterAll(async () => {
  await product.dispose();
  await receiver.close();
});

/** As it goes over the connection, which the server closes after its answer. */
function bytesOf({ method, target, headers, body }: FuzzRequest): Buffer {
  const head = [`${method} ${target} HTTP/1.1`, 'Host: product', 'Connection: close', ...headers];
  const length = body.length === 0 ? [] : [`Content-Length: ${body.length}`];
  return Buffer.concat([Buffer.from([...head, ...length, '', ''].join('\r\n'), 'latin1'), body]);
}

/** What is wrong with an answer; undefined when it is of a documented shape. */
function faultOf({ status, headers, body }: Answer, isHead: boolean): string | undefined {
  if (status < 200 || status >= 500) return `status ${status}`;
  if (status < 400 || isHead || body === '' || /^content-type: image\/gif/im.test(headers)) return undefined;
  const { success, code } = JSON.parse(body) as { success?: unknown; code?: unknown };
  const isProblem = /^content-type: application\/problem\+json/im.test(headers);
  if (typeof code !== 'string' || (!isProblem && success !== false))
    return `an unknown shape: ${body.slice(0, 200)}`;
  return undefined;
}

/** Sends a request; resolves to a line that repeats it when something is wrong with what came back. */
async function faultAfter(request: FuzzRequest): Promise<string | undefined> {
  const bytes = bytesOf(request);
  const port = Number(new URL(product.address).port);
  const repeat = `echo ${bytes.toString('base64')} | base64 -d | nc 127.0.0.1 ${port}`;
  try {
    const { answers } = await converse(port, { parts: () => [bytes], withinMs: WITHIN_MS });
    // `Expect: 100-continue` has an interim answer before the real one.
    const last = answers.filter(({ status }) => status !== 100);
    const faults = last.map((answer) => faultOf(answer, request.method === 'HEAD'));
    const fault = last.length === 0 ? 'no answer' : faults.find((one) => one !== undefined);
    return fault === undefined ? undefined : `${fault}: ${repeat}`;
  } catch (error) {
    return `${String(error)}: ${repeat}`;
  }
}

async function fuzz(valid: readonly FuzzRequest[], count: number): Promise<string[]> {
  const random = seededRandom(SEED);
  const requests = Array.from({ length: count }, () => mutated(oneOf(random, valid), random));
  const found: string[] = [];
  const send = async (): Promise<void> => {
    for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
      const fault = await faultAfter(request);
      if (fault !== undefined) found.push(fault);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return found;
}

/** The product lives on, and an honest event is accepted and delivered. */
async function isWell(messageId: string): Promise<void> {
  expect(product.pid()).toBe(pid);
  expect((await fetch(`${product.address}/health/ready`)).status).toBe(200);
  const response = await fetch(`${product.address}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
    body: JSON.stringify({ userId: 'honest', event: 'Honest', messageId }),
  });
  expect(response.status).toBe(200);
  await eventually(() => {
    expect(receiver.requests.map(({ body }) => body).join()).toContain(`"${messageId}"`);
  }, 60_000);
}

it(`seed ${SEED}: ${REQUESTS} mutated requests of senders get honest answers`, async () => {
  const valid = ingestionRequests(WRITE_KEY);
  expect(await fuzz(valid, REQUESTS)).toEqual([]);
  await isWell('after-the-senders');
});

it(`seed ${SEED}: ${REQUESTS / 2} mutated requests of administrators get honest answers`, async () => {
  const { id = '' } = await admin.do('POST', '/workspaces', { name: 'Fuzzed' });
  expect(await fuzz(adminRequests(TOKEN, id, receiver.url), REQUESTS / 2)).toEqual([]);
  await isWell('after-the-administrators');
});

it('nothing went wrong inside, and a killed process starts again on what they left', async () => {
  expect(product.output()).not.toMatch(/"level":[56]0|pixel\.lost|unhandled/i);
  await product.kill();
  await product.start();
  pid = product.pid();
  await isWell('after-the-restart');
});
