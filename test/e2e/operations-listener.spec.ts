import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { loopbackPort } from '../support/servers/loopback-port.js';

const PATHS = [
  '/docs',
  '/docs/',
  '/DOCS/swagger-ui.css',
  '/openapi.json',
  '/openapi/tracking.json',
  '/metrics',
];

const statusOf = async (address: string, path: string): Promise<number> => {
  const response = await fetch(`${address}${path}`);
  await response.arrayBuffer();
  return response.status;
};

describe('a second listener for operators', () => {
  let product: Product;
  let inside: string;

  beforeAll(async () => {
    const port = await loopbackPort();
    inside = `http://127.0.0.1:${port}`;
    product = await makeProduct({ OPERATIONS_PORT: String(port) });
    await product.start();
  });
  afterAll(() => product.dispose());

  it.each(PATHS)('has %s, which the first one then hides', async (path) => {
    expect([await statusOf(inside, path), await statusOf(product.address, path)]).toEqual([200, 404]);
  });

  it('serves all other paths too, so Swagger UI can try them', async () => {
    for (const address of [inside, product.address]) {
      expect(await statusOf(address, '/health/live')).toBe(200);
      const headers = { authorization: `Basic ${btoa(`${WRITE_KEY}:`)}` };
      const body = JSON.stringify({ userId: 'user-1', event: 'Seen' });
      expect((await fetch(`${address}/v1/track`, { method: 'POST', headers, body })).status).toBe(200);
    }
  });

  it('ends with the process', async () => {
    expect(await product.stop()).toBe(0);
  });
});

describe('the paths for operators', () => {
  it('can be turned off', async () => {
    const product = await makeProduct({ SERVE_DOCS: 'false', SERVE_METRICS: 'false' });
    try {
      await product.start();
      const statuses = await Promise.all(PATHS.map((path) => statusOf(product.address, path)));
      expect(statuses).toEqual(PATHS.map(() => 404));
      expect(await statusOf(product.address, '/health/live')).toBe(200);
    } finally {
      await product.dispose();
    }
  });
});
