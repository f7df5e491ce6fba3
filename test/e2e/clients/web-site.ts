import { once } from 'node:events';
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';

const MODULES = join(import.meta.dirname, '../../../node_modules');

/** Folders of the bundles that the vendors publish, as a site serves them. */
const BUNDLES: Readonly<Record<string, string>> = {
  segment: '@segment/analytics-next/dist/umd',
  rudder: '@rudderstack/analytics-js/dist/npm/modern/bundled/umd',
};

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A website that uses the SDKs, on an origin of its own, and the browser of its visitors. */
export interface WebSite {
  /** Address of the page that has loaded a vendor's bundle. */
  page(bundle: 'segment' | 'rudder'): string;
  /** Somebody who has not been here before. */
  visitor(): Promise<BrowserContext>;
  /** Addresses that pages asked for beyond the site and those of `127.0.0.1`. */
  readonly foreign: readonly string[];
  close(): Promise<void>;
}

export async function openWebSite(): Promise<WebSite> {
  const server = createServer((request, response) => {
    const [, bundle = '', file = ''] = normalize(request.url ?? '/').split('/');
    const folder = BUNDLES[bundle];
    if (folder === undefined || file === 'favicon.ico') response.writeHead(404).end();
    else if (file === '') response.setHeader('Content-Type', 'text/html').end(html(bundle));
    else
      readFile(join(MODULES, folder, file)).then(
        (bytes) => response.setHeader('Content-Type', 'text/javascript').end(bytes),
        () => response.writeHead(404).end(),
      );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const browser: Browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
  const foreign: string[] = [];
  return {
    page: (bundle) => `${origin}/${bundle}/`,
    foreign,
    async visitor() {
      const context = await browser.newContext();
      context.on('request', (request) => {
        const url = new URL(request.url());
        const known = url.origin === origin || url.hostname === '127.0.0.1';
        if (!known && !['data:', 'blob:', 'about:'].includes(url.protocol)) foreign.push(url.href);
      });
      return context;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

const html = (bundle: string): string =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Shop</title><script src="/${bundle}/index.js"></script>`;
