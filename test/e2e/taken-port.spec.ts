import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { makeProduct, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';

const disposals: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose();
});

it('a product of a test whose port is taken starts on another one, even when the other process looks ready', async () => {
  const product = await makeProduct(await realServers());
  disposals.push(() => product.dispose());
  const taken = product.address;
  const other = createServer((_, response) => response.end('{"status":"ready"}'));
  disposals.push(() => Promise.resolve(other.close()));
  await once(other.listen(Number(new URL(taken).port), '127.0.0.1'), 'listening');
  await product.start();
  expect(product.address).not.toBe(taken);
  expect(product.output().match(/Tributary cannot start\./g)).toHaveLength(1);
  const response = await fetch(`${product.address}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` },
    body: JSON.stringify({ userId: 'user-1', event: 'Moved' }),
  });
  expect(response.status).toBe(200);
  await product.kill();
  const { address } = product;
  await product.start();
  expect(product.address).toBe(address);
});
