import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TAGS } from '../../src/server/document/tags.js';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { type Receiver, startReceiver } from '../support/receiver.js';
import { SwaggerUi } from './swagger-ui.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const TOKEN = 'the-first-admin-token';

let product: Product;
let browser: Browser;
let page: Page;
let ui: SwaggerUi;
const foreign: string[] = [];
const violations: string[] = [];

beforeAll(async () => {
  product = await makeProduct({ BOOTSTRAP_ADMIN_TOKEN: TOKEN });
  await product.start();
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
  page = await browser.newPage();
  page.on('request', (request) => {
    if (!request.url().startsWith(product.address) && !/^(data|blob):/.test(request.url()))
      foreign.push(request.url());
  });
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) violations.push(message.text());
  });
  ui = new SwaggerUi(page);
  await page.goto(`${product.address}/docs`);
}, 90_000);

afterAll(async () => {
  await browser.close();
  await product.dispose();
});

describe('Swagger UI in a browser without internet', () => {
  beforeAll(() => ui.authorize({ writeKey: WRITE_KEY, writeKeyQuery: WRITE_KEY }));

  it.each(['identify', 'track', 'page', 'screen', 'group', 'alias', 'batch'])(
    'Try it out on %s shows 200',
    async (call) => {
      expect((await ui.tryOut('POST', `/v1/${call}`)).status).toMatch(/^200/);
    },
  );

  it.each([
    '/v1/pixel/identify',
    '/v1/pixel/track',
    '/v1/pixel/page',
    '/v1/pixel/screen',
    '/v1/pixel/group',
    '/v1/pixel/alias',
    '/pixel/v1/page',
    '/pixel/v1/track',
  ])('Try it out on the pixel %s shows 200', async (path) => {
    expect((await ui.tryOut('GET', path)).status).toMatch(/^200/);
  });

  it('recorded all of them: six calls, a batch of two, eight pixels', async () => {
    const printed = () =>
      product.output().match(/^\S+Z {2}(identify|track|page|screen|group|alias) /gm) ?? [];
    await eventually(() => expect(printed()).toHaveLength(6 + 2 + 8));
  });

  it('shows all operations in the order in which a new user needs them', async () => {
    expect(await ui.tags()).toEqual(TAGS.map(({ name }) => name));
  });

  it.each(['Tracking', 'Pixels', 'Administration'])('shows the part %s separately', async (title) => {
    await ui.choose(title);
    const own = TAGS.filter(({ part }) => part === title.toLowerCase()).map(({ name }) => name);
    await eventually(async () => expect(await ui.tags()).toEqual(own));
    await ui.choose('Everything');
    await eventually(async () => expect(await ui.tags()).toHaveLength(TAGS.length));
  });
});

describe('a new user, with only Try it out and the first admin token', () => {
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.close());

  it('gets from an empty workspace to a delivered event', async () => {
    const made = async (path: string, ids: Record<string, string>, edit: (example: string) => string) => {
      const { status, body } = await ui.tryOut('POST', `/admin/v1/workspaces${path}`, { ids, edit });
      expect([path, status.slice(0, 3)], body).toEqual([path, '201']);
      return JSON.parse(body) as Record<string, string>;
    };
    const asShown = (example: string) => example;

    await ui.authorize({ adminToken: TOKEN });
    const { id: workspaceId = '' } = await made('', {}, asShown);
    const { id: sourceId = '' } = await made('/{workspaceId}/sources', { workspaceId }, asShown);
    const keys = '/{workspaceId}/sources/{sourceId}/write-keys';
    const { value = '' } = await made(keys, { workspaceId, sourceId }, asShown);
    const to = (example: string) => example.replace('https://example.com/events', receiver.url);
    const { id: destinationId = '' } = await made('/{workspaceId}/destinations', { workspaceId }, to);
    await made('/{workspaceId}/connections', { workspaceId }, (example) =>
      example.replace('PASTE_SOURCE_ID', sourceId).replace('PASTE_DESTINATION_ID', destinationId),
    );

    await ui.authorize({ writeKey: value });
    expect((await ui.tryOut('POST', '/v1/track')).status).toMatch(/^200/);
    await eventually(() =>
      expect(receiver.events()).toMatchObject([{ type: 'track', event: 'Order Completed' }]),
    );
  }, 120_000);

  it('leaves no credential in the browser: a reload forgets them', async () => {
    expect((await ui.tryOut('GET', '/admin/v1/me')).status).toMatch(/^200/);
    await page.reload();
    expect((await ui.tryOut('GET', '/admin/v1/me')).status).toMatch(/^401/);
    const kept = await page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])');
    expect(kept).not.toContain(TOKEN);
    expect(kept).not.toContain('authorized');
    expect(await page.context().cookies()).toEqual([]);
  });

  it('follows links in the introduction to operations that exist', async () => {
    const named = await ui.links();
    expect(named).toHaveLength(6);
    for (const link of named) {
      await page.goto(`${product.address}/docs${link}`);
      await page.reload();
      await page.locator('.opblock.is-open').first().waitFor();
    }
  });
});

describe('the page', () => {
  it('cannot be framed, not even by a page of its own origin', async () => {
    const framed = await browser.newPage();
    await framed.goto(`${product.address}/openapi.json`);
    await framed.evaluate(`new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.src = '/docs';
      frame.addEventListener('load', () => resolve(undefined));
      document.body.append(frame);
    })`);
    expect(await framed.frames()[1]!.locator('#swagger-ui').count()).toBe(0);
    await framed.close();
  });

  it.each(['/docs', '/docs/', '/docs/index.html', '/docs/swagger-ui-bundle.js', '/docs/nothing'])(
    'has a policy for scripts and frames at %s',
    async (path) => {
      const { headers } = await fetch(`${product.address}${path}`);
      expect(headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'self'; .*; frame-ancestors 'none'$/,
      );
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    },
  );

  it.each(['package.json', 'README.md', 'swagger-ui.js.map', 'oauth2-redirect.html', 'docs/package.json'])(
    'does not serve %s of its package',
    async (file) => expect((await fetch(`${product.address}/docs/${file}`)).status).toBe(404),
  );

  it('broke no rule of the policy', () => {
    expect(violations).toEqual([]);
  });
});

it('sent requests to the product only', () => {
  expect(foreign).toEqual([]);
});
