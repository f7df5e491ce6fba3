import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe('Swagger UI in a browser without internet', () => {
  let product: Product;
  let browser: Browser;
  let page: Page;
  const foreign: string[] = [];

  beforeAll(async () => {
    product = await makeProduct();
    await product.start();
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
    page = await browser.newPage();
    page.on('request', (request) => {
      if (!request.url().startsWith(product.address) && !/^(data|blob):/.test(request.url()))
        foreign.push(request.url());
    });
    await page.goto(`${product.address}/docs`);
    await page.locator('.btn.authorize').first().click();
    const dialog = page.locator('.dialog-ux');
    for (const field of ['#auth-basic-username', '#api_key_value']) {
      const form = dialog.locator('.auth-container', { has: page.locator(field) });
      await form.locator(field).fill(WRITE_KEY);
      await form.locator('button.authorize').click();
    }
    await dialog.locator('.close-modal').click();
  }, 90_000);

  afterAll(async () => {
    await browser.close();
    await product.dispose();
  });

  async function tryOut(method: string, path: string): Promise<string> {
    const block = page
      .locator('.opblock', { has: page.locator(`.opblock-summary-path[data-path="${path}"]`) })
      .filter({
        has: page.locator('.opblock-summary-method', { hasText: method }),
      });
    await block.locator('.opblock-summary-control').first().click();
    await block.locator('button.execute').click();
    const status = block.locator('.live-responses-table .response-col_status').last();
    await status.waitFor();
    const text = await status.innerText();
    await block.locator('.opblock-summary-control').first().click();
    return text;
  }

  it.each(['identify', 'track', 'page', 'screen', 'group', 'alias', 'batch'])(
    'Try it out on %s shows 200',
    async (call) => {
      expect(await tryOut('POST', `/v1/${call}`)).toMatch(/^200/);
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
    expect(await tryOut('GET', path)).toMatch(/^200/);
  });

  it('recorded every one of them: six calls, a batch of two, eight pixels', async () => {
    const printed = () =>
      product.output().match(/^\S+Z {2}(identify|track|page|screen|group|alias) /gm) ?? [];
    await eventually(() => expect(printed()).toHaveLength(6 + 2 + 8));
  });

  it('asked nobody but the product', () => {
    expect(foreign).toEqual([]);
  });
});
