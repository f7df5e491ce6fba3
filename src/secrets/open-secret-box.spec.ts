import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aKey, keyText } from '../../test/support/secret-keys.js';
import { openSecretBox } from './open-secret-box.js';
import { SecretBox } from './secret-box.js';
import { SecretKeyFileError } from './secret-errors.js';

let parent: string;
let dataDir: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tributary-secrets-'));
  dataDir = join(parent, 'data');
});
afterEach(() => rm(parent, { recursive: true }));

const open = (SECRET_KEYS: string[] = [], DATABASE_URL?: string) =>
  openSecretBox({ SECRET_KEYS, DATA_DIR: dataDir, ...(DATABASE_URL === undefined ? {} : { DATABASE_URL }) });
const fileIn = (folder: string) => join(folder, 'secret.key');

describe('openSecretBox with the embedded Postgres', () => {
  it('creates a key file once, readable by its owner only, and reuses it', async () => {
    const sealed = (await open()).seal('text', 'dst_1');
    expect((await open()).open(sealed, 'dst_1')).toBe('text');
    expect((await stat(fileIn(dataDir))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  it('creates one key when many processes start at the same time', async () => {
    const boxes = await Promise.all(Array.from({ length: 20 }, () => open()));
    expect(new Set(boxes.map(({ keyId }) => keyId)).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  it('writes the key in the form that SECRET_KEYS accepts', async () => {
    const { keyId } = await open();
    const text = (await readFile(fileIn(dataDir), 'utf8')).trim();
    expect((await open([text], 'postgres://x/')).keyId).toBe(keyId);
  });

  it('seals under SECRET_KEYS once set, and still opens secrets sealed under the file', async () => {
    const sealed = (await open()).seal('text', 'dst_1');
    const box = await open([keyText('one')]);
    expect(box.keyId).toBe(aKey('one').id);
    expect(box.open(sealed, 'dst_1')).toBe('text');
  });

  it('creates no file when SECRET_KEYS is set', async () => {
    await open([keyText('one')]);
    expect(await readdir(parent)).toEqual([]);
  });

  it('neither replaces a damaged key file nor reveals its content', async () => {
    await open();
    await writeFile(fileIn(dataDir), 'canary');
    const failure = await open().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SecretKeyFileError);
    expect(String(failure)).not.toContain('canary');
    expect(await readFile(fileIn(dataDir), 'utf8')).toBe('canary');
  });
});

describe('openSecretBox with DATABASE_URL', () => {
  it('uses the keys of SECRET_KEYS and seals under the first', async () => {
    const sealed = new SecretBox([aKey('two')]).seal('text', 'dst_1');
    const box = await open([keyText('one'), keyText('two')], 'postgres://x/');
    expect([box.keyId, box.open(sealed, 'dst_1')]).toEqual([aKey('one').id, 'text']);
  });

  it('accepts a key without padding', async () => {
    expect((await open([keyText('one').replace('=', '')], 'postgres://x/')).keyId).toBe(aKey('one').id);
  });

  it('is empty without SECRET_KEYS, and creates no file', async () => {
    expect((await open([], 'postgres://x/')).keyId).toBeUndefined();
    expect(await readdir(parent)).toEqual([]);
  });
});
