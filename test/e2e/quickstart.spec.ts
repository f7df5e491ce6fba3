import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product } from '../support/product.js';

const SCRIPT = join(import.meta.dirname, '../../dist/src/quickstart.js');

describe('the quickstart', () => {
  let product: Product;
  let credentials: { writeKey: string; adminToken: string };

  beforeAll(async () => {
    product = await makeProduct({ BOOTSTRAP_WRITE_KEY: '' }, 'quickstart');
    // As a volume that the operator has made.
    chmodSync(product.dataDir, 0o755);
    await product.start();
    await eventually(() => expect(curlLine()).not.toBe(''));
    credentials = JSON.parse(await readFile(printed('credentials') ?? '', 'utf8')) as typeof credentials;
  });
  afterAll(() => product.dispose());

  const curlLine = () => /^ {2}(curl .*)$/m.exec(product.output())?.[1] ?? '';
  const printed = (name: string) => new RegExp(`^ {2}${name} +(\\S+)$`, 'm').exec(product.output())?.[1];

  it('prints its address, the address of Swagger UI, and a file with credentials that only its owner can read', async () => {
    expect(printed('address')).toBe(product.address);
    expect(printed('Swagger UI')).toBe(`${product.address}/docs`);
    expect(credentials.writeKey).toMatch(/^\S{16,}$/);
    expect(credentials.adminToken).toMatch(/^\S{24,}$/);
    expect((await stat(printed('credentials')!)).mode & 0o777).toBe(0o600);
  });

  it('prints no credential, because its output is not a terminal and may be kept', () => {
    expect(product.output()).not.toContain(credentials.writeKey);
    expect(product.output()).not.toContain(credentials.adminToken);
  });

  it('prints a curl line that works with the write key, and prints its event within a second', async () => {
    const line = curlLine().replace('YOUR_WRITE_KEY', credentials.writeKey);
    expect(execFileSync('sh', ['-c', line], { stdio: ['ignore', 'pipe', 'ignore'] }).toString()).toBe(
      '{"success":true}',
    );
    await eventually(() => expect(product.output()).toMatch(/track.*Hello.*user-1/), 1_000);
  });

  it('keeps its data from other users of the machine, also in a folder that they can read', () => {
    const open = (folder: string): string[] =>
      readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        const found = statSync(path);
        if ((found.mode & 0o077) === 0) return [];
        return [path, ...(found.isDirectory() ? open(path) : [])];
      });
    expect(readdirSync(product.dataDir)).toEqual(expect.arrayContaining(['log', 'deduplication']));
    expect(open(product.dataDir)).toEqual([]);
  });

  it('shows the credentials on a terminal, also after a restart', async () => {
    await product.stop();
    const { child, shown } = onTerminal({ DATA_DIR: product.dataDir });
    try {
      await eventually(() => expect(shown()).toContain(`curl -u '${credentials.writeKey}:'`), 30_000);
      expect(shown()).toMatch(new RegExp(`admin token +${credentials.adminToken}`));
    } finally {
      const exit = once(child, 'exit');
      child.kill();
      await exit;
    }
  });
});

describe('the product as a service', () => {
  it('prints no credential either, and keeps those that it made in a file', async () => {
    const product = await makeProduct({
      BOOTSTRAP_WRITE_KEY: '',
      BOOTSTRAP_ADMIN_TOKEN: 'chosen-by-the-operator',
    });
    try {
      await product.start();
      await eventually(() => expect(product.output()).toContain('first-credentials.json'));
      const file = join(product.dataDir, 'first-credentials.json');
      const kept = JSON.parse(await readFile(file, 'utf8')) as { writeKey: string };
      expect(Object.keys(kept)).toEqual(['writeKey']);
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(product.output()).not.toContain(kept.writeKey);
      expect(product.output()).not.toContain('chosen-by-the-operator');
    } finally {
      await product.dispose();
    }
  });
});

/** Runs the quickstart on a terminal of its own, which `script` of util-linux makes. */
function onTerminal(settings: Record<string, string>): { child: ChildProcess; shown: () => string } {
  const child = spawn('script', ['-qec', `exec '${process.execPath}' '${SCRIPT}'`, '/dev/null'], {
    env: { ...process.env, DATABASE_URL: '', KAFKA_BROKERS: '', REDIS_URL: '', HTTP_PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  return { child, shown: () => text };
}
