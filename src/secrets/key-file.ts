import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { SecretKeyFileError } from './secret-errors.js';
import { KEY_BYTES, parseSecretKey, type SecretKey } from './secret-key.js';

/** The key in `<dataDir>/secret.key`, or undefined when there is no such file. Throws SecretKeyFileError. */
export async function readKeyFile(dataDir: string): Promise<SecretKey | undefined> {
  const path = pathIn(dataDir);
  const text = await unless('ENOENT', readFile(path, 'utf8'));
  if (text === undefined) return undefined;
  const key = parseSecretKey(text);
  if (key === undefined) throw new SecretKeyFileError(path);
  return key;
}

/**
 * The same, with a key made when there is no file. It gets its name only when it is whole and on disk, and never takes the
 * place of another: losing the key means losing every secret.
 */
export async function keptKey(dataDir: string): Promise<SecretKey | undefined> {
  const kept = await readKeyFile(dataDir);
  if (kept !== undefined) return kept;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${pathIn(dataDir)}.${randomBytes(6).toString('hex')}`;
  try {
    await writeDurably(draft, `${randomBytes(KEY_BYTES).toString('base64')}\n`);
    await unless('EEXIST', link(draft, pathIn(dataDir)));
    await syncFolder(dataDir);
  } finally {
    await rm(draft, { force: true });
  }
  return readKeyFile(dataDir);
}

const pathIn = (dataDir: string): string => join(dataDir, 'secret.key');

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function unless<T>(code: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined;
    throw error;
  }
}
