import { type Page } from 'playwright-core';
import { browserCall } from './calls.js';
import { type Session } from './client.js';
import { type WebSite } from './web-site.js';

/** What a page keeps under `shop`: an object with the methods of the vendor's API. */
export interface ShopWindow {
  shop: Record<string, (...args: unknown[]) => unknown>;
  /** What its methods returned: with Segment's, promises that the call has gone as far as it can. */
  calls?: unknown[];
}

/** What a browser prints of every refused request, whoever made it. */
const BROWSERS_OWN = 'Failed to load resource';
/** Together longer than any SDK waits between two tries. */
const ROUNDS = 3;
const ROUND_MS = 200_000;

/**
 * A visitor with a page of the site in which an SDK is loaded. `load` runs in the page: it puts the SDK under `shop`, and
 * returns once the SDK is ready or has said that it never will be.
 */
export async function openTab<Settings>(
  site: WebSite,
  bundle: 'segment' | 'rudder',
  load: (settings: Settings) => Promise<void>,
  settings: Settings,
  host: string,
): Promise<Session> {
  const visitor = await site.visitor();
  const complaints: string[] = [];
  const visit = async (): Promise<Page> => {
    const page = await visitor.newPage();
    page.on('console', (message) => {
      const text = message.text();
      if (message.type() === 'error' && !text.startsWith(BROWSERS_OWN)) complaints.push(text);
    });
    await page.clock.install();
    await page.goto(site.page(bundle));
    await page.evaluate(load as (settings: unknown) => Promise<void>, settings);
    return page;
  };
  let page = await visit();
  return {
    send: (calls) =>
      page.evaluate(
        (text) => {
          const page = globalThis as unknown as ShopWindow;
          const calls = JSON.parse(text) as ReturnType<typeof browserCall>[];
          page.calls = calls.map(({ method, args }) => page.shop[method]?.(...args));
        },
        JSON.stringify(calls.map(browserCall)),
      ),
    complaints: () => complaints,
    finish: async () => {
      for (let round = 0; round < ROUNDS; round++) {
        await page.evaluate(fence, host);
        await page.clock.runFor(ROUND_MS);
      }
      await page.evaluate(fence, host);
    },
    leave: async () => {
      await page.evaluate(() => Promise.allSettled((globalThis as unknown as ShopWindow).calls ?? []));
      await page.close();
    },
    comeBack: async () => {
      page = await visit();
    },
    close: () => visitor.close(),
  };
}

/** Runs in the page. Once it has its answer, the SDK has those to whatever it asked before. */
const fence = (host: string): Promise<void> =>
  fetch(`${host}/health/live`, { method: 'HEAD', mode: 'no-cors' }).then(() => undefined);
