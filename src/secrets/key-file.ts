import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDurably } from '../resilience/durable-file.js';
import { SecretKeyFileError } from './secret-errors.js';
import { KEY_BYTES, parseSecretKey, type SecretKey } from './secret-key.js';

/** Reads the key in `<dataDir>/secret.key`; undefined without that file. Throws SecretKeyFileError for a damaged one. */
export async function readKeyFile(dataDir: string): Promise<SecretKey | undefined> {
  const path = pathIn(dataDir);
  const text = await readIfPresent(path);
  if (text === undefined) return undefined;
  const key = parseSecretKey(text);
  if (key === undefined) throw new SecretKeyFileError(path);
  return key;
}

/**
 * Reads the key, and creates the file first if it is missing. It never replaces a file, and the new one is on disk before any
 * secret depends on it: losing the key means losing all secrets. Throws as `readKeyFile`.
 */
export async function readOrCreateKeyFile(dataDir: string): Promise<SecretKey | undefined> {
  const existing = await readKeyFile(dataDir);
  if (existing !== undefined) return existing;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const text = `${randomBytes(KEY_BYTES).toString('base64')}\n`;
  await createDurably(pathIn(dataDir), [text], { mode: 0o600 });
  return readKeyFile(dataDir);
}

const pathIn = (dataDir: string): string => join(dataDir, 'secret.key');

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
