import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product, WRITE_KEY } from '../support/product.js';
import { realServers } from '../support/real-servers.js';
import { keyText } from '../support/secret-keys.js';

const EXAMPLES = join(import.meta.dirname, '../../docs/examples');
const ADMIN_TOKEN = 'trb_token-of-the-examples';
/** Two by curl.sh, a pixel, two by the SDK for Node, two by the browser, one by the applied workspace. */
const EVENTS = 8;

interface Printed {
  readonly workspace: string;
  readonly type: string;
  readonly name?: string;
  readonly user?: string;
}

describe('the examples', () => {
  let product: Product;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    const servers = await realServers();
    product = await makeProduct({
      ...servers,
      BOOTSTRAP_ADMIN_TOKEN: ADMIN_TOKEN,
      SECRET_KEYS: keyText('examples'),
    });
    await product.start();
    environment = { ...process.env, ...servers, TRIBUTARY_URL: product.address, WRITE_KEY, ADMIN_TOKEN };
  });
  afterAll(() => product.dispose());

  /** What an example prints; rejects when it exits with another code than 0. */
  async function run(program: string, path: string, more: Record<string, string> = {}): Promise<string> {
    const env = { ...environment, ...more };
    const { stdout } = await promisify(execFile)(program, [join(EXAMPLES, path)], { env });
    return stdout;
  }

  it('curl.sh sends a call, a batch and a pixel', async () => {
    const lines = (await run('sh', 'curl.sh')).split('\n');
    expect(JSON.parse(lines[1]!)).toEqual({ success: true });
    expect(JSON.parse(lines[3]!)).toMatchObject({
      success: true,
      accepted: 1,
      rejected: [{ index: 1, code: 'event_not_defined' }],
    });
    expect(lines[5]).toBe('200 image/gif');
  });

  it('node-sdk sends two events', async () => {
    expect(await run(process.execPath, 'node-sdk/send.mjs')).toBe('sent\n');
  });

  it('declarative makes a workspace, and a second apply changes nothing', async () => {
    const lines = (await run('sh', 'declarative/apply.sh')).split('\n');
    const { changes } = JSON.parse(lines[1]!) as { changes: { resource: { type: string } }[] };
    expect(changes.map(({ resource }) => resource.type).sort()).toEqual([
      'connection',
      'connection',
      'destination',
      'destination',
      'source',
      'write_key',
      'write_key',
    ]);
    expect(JSON.parse(lines[3]!)).toEqual({ dryRun: false, changes: [] });
    await accepts('example-backend-key');
  });

  it('browser serves a page that sends what its visitor does', async () => {
    const site = spawn(process.execPath, [join(EXAMPLES, 'browser/serve.mjs')], {
      env: { ...environment, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    try {
      const page = await browser.newPage();
      await page.goto(await firstLine(site));
      await page.getByText('Ready').waitFor();
      await page.getByRole('button', { name: 'Buy' }).click();
      await page.getByText('Sent').waitFor();
    } finally {
      await browser.close();
      const exit = once(site, 'exit');
      site.kill();
      await exit;
    }
  });

  it('kafka-consumer prints every event that the others sent', async () => {
    const output = await run(process.execPath, 'kafka-consumer/consume.mjs', { COUNT: String(EVENTS) });
    const printed = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Printed);
    expect(printed.map(({ type, name }) => (name === undefined ? type : `${type} ${name}`)).sort()).toEqual([
      'identify',
      'identify',
      'page Shop',
      'track Email Opened',
      'track Hello',
      'track Order Completed',
      'track Order Completed',
      'track Product Bought',
    ]);
    expect(new Set(printed.map(({ workspace }) => workspace)).size).toBe(2);
  });

  /** Collectors know a new key within two seconds. */
  function accepts(key: string): Promise<void> {
    const body = JSON.stringify({ writeKey: key, messageId: 'hello-1', userId: 'user-3', event: 'Hello' });
    return eventually(async () => {
      const { status } = await fetch(`${product.address}/v1/track`, { method: 'POST', body });
      expect(status).toBe(200);
    });
  }
});

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the example has printed nothing');
}
