import { afterAll, describe, expect, it } from 'vitest';
import { TAGS } from '../../../src/server/document/tags.js';
import { makeProduct, type Product } from '../../support/product.js';
import { realServers } from '../../support/real-servers.js';
import { type OpenApi } from './document.js';

const products: Product[] = [];
afterAll(async () => {
  for (const product of products) await product.dispose();
});

async function started(roles: string): Promise<Product> {
  const product = await makeProduct({ ...(await realServers()), ROLES: roles });
  products.push(product);
  await product.start();
  return product;
}

const PARTS = ['tracking', 'pixels', 'administration'] as const;

describe.each([
  ['collector,delivery,admin', ['tracking', 'pixels', 'administration']],
  ['collector', ['tracking', 'pixels']],
  ['admin', ['administration']],
])('a process with the roles %s', (roles, parts) => {
  const namesOf = (part: string) => TAGS.filter((tag) => tag.part === part).map(({ name }) => name);

  it(`shows ${parts.join(', ')}, each apart and all together`, async () => {
    const { address } = await started(roles);
    const answers = await Promise.all(PARTS.map((part) => fetch(`${address}/openapi/${part}.json`)));
    expect(answers.map(({ status }) => status)).toEqual(
      PARTS.map((part) => (parts.includes(part) ? 200 : 404)),
    );
    for (const [index, part] of PARTS.entries()) {
      if (!parts.includes(part)) continue;
      const { tags } = (await answers[index]!.json()) as OpenApi;
      expect(tags.map(({ name }) => name)).toEqual(namesOf(part));
    }
    const everything = (await (await fetch(`${address}/openapi.json`)).json()) as OpenApi;
    expect(everything.tags.map(({ name }) => name)).toEqual([...parts.flatMap(namesOf), 'Health']);
    const page = await (await fetch(`${address}/docs/swagger-ui-init.js`)).text();
    const offered = [...page.matchAll(/"url": "(\/openapi[^"]*)"/g)].map(([, url]) => url);
    expect(offered).toEqual(['/openapi.json', ...parts.map((part) => `/openapi/${part}.json`)]);
  });
});
