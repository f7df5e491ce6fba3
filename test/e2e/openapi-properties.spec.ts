import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeProduct, type Product } from '../support/product.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { AdminApi, type Tenant } from './openapi/admin-api.js';
import { breaches } from './openapi/conforms.js';
import { type OpenApi, type Operation, operationsOf } from './openapi/document.js';
import { requestsOf, type TestRequest } from './openapi/requests.js';

const FILE = join(import.meta.dirname, '../../openapi/openapi.json');
const document = JSON.parse(readFileSync(FILE, 'utf8')) as OpenApi;

const TOKEN = 'the-token-of-the-properties';
const isAdministration = ({ path }: Operation) => path.startsWith('/admin/');

let product: Product;
let receiver: Receiver;
let tenant: Tenant;
beforeAll(async () => {
  receiver = await startReceiver();
  product = await makeProduct({ LOG_LEVEL: 'warn', BOOTSTRAP_ADMIN_TOKEN: TOKEN });
  await product.start();
  tenant = await new AdminApi(product.address, TOKEN).makeTenant(receiver.url);
});
afterAll(async () => {
  await product.dispose();
  await receiver.close();
});

async function send({ method }: Operation, { target, headers, body }: TestRequest): Promise<Response> {
  const content = body === undefined ? {} : { body };
  return fetch(`${product.address}${target}`, { method, headers, ...content, redirect: 'manual' });
}

/** An answer is one that the document promises, to the letter of its schema. */
async function check({ responses }: Operation, answer: Response): Promise<void> {
  const bytes = Buffer.from(await answer.arrayBuffer());
  const promised = responses[answer.status];
  expect(promised, `an answer of ${answer.status}: ${bytes.toString().slice(0, 200)}`).toBeDefined();
  const type = answer.headers.get('content-type')?.split(';')[0] ?? '';
  if (promised?.content === undefined) return;
  expect(Object.keys(promised.content)).toContain(type);
  if (type === 'image/gif') expect(bytes.toString('latin1')).toMatch(/^GIF89a/);
  else expect(breaches(JSON.parse(bytes.toString()), promised.content[type]!.schema, document)).toEqual([]);
}

describe('what the OpenAPI document says holds for any request', () => {
  it('names operations', () => expect(operationsOf(document).length).toBeGreaterThan(10));

  it.each(operationsOf(document))('$name', async (operation) => {
    const statuses = new Set<number>();
    const holds = fc.asyncProperty(
      requestsOf(operation, document, { token: TOKEN, ids: tenant.ids }),
      async (request) => {
        const answer = await send(operation, request);
        statuses.add(answer.status);
        await check(operation, answer);
      },
    );
    // Bounded by time; a failure prints its seed, and the smallest request that shows it.
    await fc.assert(holds, { numRuns: 200, interruptAfterTimeLimit: 1_000 });
    // What the administration answers to right requests, `examples.spec.ts` shows; here some have deleted the tenant.
    if (!isAdministration(operation)) expect([...statuses]).toContain(200);
    expect([...statuses].filter((status) => status >= 500)).toEqual([]);
  });

  it('and nothing went wrong inside', () => {
    expect(product.output()).not.toMatch(/"level":[56]0|pixel\.lost|unhandled/i);
  });
});
