import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { makeProduct, type Product } from '../support/product.js';

describe('the quickstart', () => {
  let product: Product;

  beforeAll(async () => {
    product = await makeProduct({ BOOTSTRAP_WRITE_KEY: '' }, 'quickstart');
    // As a volume that the operator has made.
    chmodSync(product.dataDir, 0o755);
    await product.start();
  });
  afterAll(() => product.dispose());

  const curlLine = () => /^ {2}(curl .*)$/m.exec(product.output())?.[1] ?? '';
  const printed = (name: string) => new RegExp(`^ {2}${name} +(\\S+)$`, 'm').exec(product.output())?.[1];

  it('prints its address, a write key, an admin token and the address of Swagger UI', async () => {
    await eventually(() => expect(curlLine()).not.toBe(''));
    expect(printed('address')).toBe(product.address);
    expect(printed('write key')).toMatch(/^\S{16,}$/);
    expect(printed('admin token')).toMatch(/^\S{24,}$/);
    expect(printed('Swagger UI')).toBe(`${product.address}/docs`);
  });

  it('prints a curl line that works as it is, and prints its event within a second', async () => {
    expect(execFileSync('sh', ['-c', curlLine()], { stdio: ['ignore', 'pipe', 'ignore'] }).toString()).toBe(
      '{"success":true}',
    );
    await eventually(() => expect(product.output()).toMatch(/track.*Hello.*user-1/), 1_000);
  });

  it('keeps its data from other users of the machine, also in a folder that they can read', () => {
    const open = (folder: string): string[] =>
      readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        const stat = statSync(path);
        if ((stat.mode & 0o077) === 0) return [];
        return [path, ...(stat.isDirectory() ? open(path) : [])];
      });
    expect(readdirSync(product.dataDir)).toEqual(expect.arrayContaining(['log', 'deduplication']));
    expect(open(product.dataDir)).toEqual([]);
  });

  it('shows the same key after a restart', async () => {
    const key = printed('write key');
    await product.stop();
    await product.start();
    await eventually(() => expect(product.output().split(String(key)).length).toBeGreaterThan(3));
  });
});
