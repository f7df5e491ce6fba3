import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type FirstCredentials } from '../database/bootstrap.js';
import { writeDurably } from '../resilience/durable-file.js';

/** Keeps credentials of the first start in a file of DATA_DIR that its owner alone can read; resolves with its path. */
export async function keepCredentials(
  dataDir: string,
  credentials: Partial<FirstCredentials>,
): Promise<string> {
  const path = credentialsFile(dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeDurably(path, [`${JSON.stringify(credentials, null, 2)}\n`], { mode: 0o600 });
  return path;
}

/** Path of the credentials of the first start below a data directory. */
export const credentialsFile = (dataDir: string): string => join(dataDir, 'first-credentials.json');
