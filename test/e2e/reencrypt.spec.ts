import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretBox } from '../../src/secrets/secret-box.js';
import { freshDatabase, type TestDatabase } from '../support/database.js';
import { makeProduct } from '../support/product.js';
import { aKey, keyText } from '../support/secret-keys.js';

const ROOT = join(import.meta.dirname, '../..');

/** Runs a command of the built product; resolves with its exit code and its output. */
function run(script: string, settings: Record<string, string>): Promise<{ code: number; printed: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], ...settings };
    execFile(process.execPath, [join(ROOT, `dist/src/${script}.js`)], { env }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), printed: out + err }),
    );
  });
}

describe('npm run reencrypt', () => {
  let database: TestDatabase;
  let client: pg.Client;
  beforeEach(async () => {
    database = await freshDatabase();
    await run('migrate', { DATABASE_URL: database.url });
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query("INSERT INTO workspaces (id, name) VALUES ('wsp_1', 'One')");
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  const seal = (id: string, key: string) =>
    client.query(
      "INSERT INTO destinations (id, workspace_id, type, name, settings, secrets) VALUES ($1, 'wsp_1', 'webhook', $1, $2, $3)",
      [id, {}, new SecretBox([aKey(key)]).seal('{"secret":"canary"}', id)],
    );
  const reencrypt = (...keys: string[]) =>
    run('reencrypt', { DATABASE_URL: database.url, SECRET_KEYS: keys.map(keyText).join(',') });

  it('makes an old key unnecessary', async () => {
    await seal('dst_1', 'old');
    await seal('dst_2', 'new');
    expect(await reencrypt('new', 'old')).toEqual({
      code: 0,
      printed: 'encrypted the secrets of 1 of 2 destinations again\n',
    });
    expect(await reencrypt('new')).toEqual({
      code: 0,
      printed: 'encrypted the secrets of 0 of 2 destinations again\n',
    });
  });

  it('lists secrets that it cannot open, and fails', async () => {
    await seal('dst_1', 'lost');
    await seal('dst_2', 'old');
    const { code, printed } = await reencrypt('new', 'old');
    expect(code).toBe(1);
    expect(printed).toContain(
      `cannot open the secrets of dst_1: The secret was sealed under the key ${aKey('lost').id}`,
    );
    expect(printed).toContain('encrypted the secrets of 1 of 2 destinations again');
    expect(printed).not.toContain('canary');
  });

  it('names the setting to set when there is no key', async () => {
    const { code, printed } = await reencrypt();
    expect(code).toBe(1);
    expect(printed).toMatch(/^Tributary cannot start\. .*set SECRET_KEYS/);
  });

  it('names the next step for a folder in which the product was never started', async () => {
    const product = await makeProduct();
    try {
      const { code, printed } = await run('reencrypt', { DATA_DIR: product.dataDir });
      expect(code).toBe(1);
      expect(printed).toMatch(/^Tributary cannot start\. The database has no tables .*`npm run migrate`/);
      expect(printed).not.toContain('relation');
    } finally {
      await product.dispose();
    }
  });

  it('works on the embedded database with the key that the first start created', async () => {
    const product = await makeProduct();
    try {
      await product.start();
      expect((await stat(join(product.dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
      await product.stop();
      expect(await run('reencrypt', { DATA_DIR: product.dataDir })).toEqual({
        code: 0,
        printed: 'encrypted the secrets of 0 of 1 destinations again\n',
      });
    } finally {
      await product.dispose();
    }
  });
});
