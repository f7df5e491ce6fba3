import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from './cache.mjs';
import { run } from './run.mjs';

/** ClickHouse's engine as a package, 26.7 inside. Half a gigabyte, and so no dependency of ours. */
export const CHDB_VERSION = '3.4.0';

const FOLDER = join(CACHE, `chdb-${CHDB_VERSION}`);

/** The package, once `fetchChdb` has brought it. */
export const CHDB = join(FOLDER, 'node_modules/chdb');

export const hasChdb = () => existsSync(FOLDER);

/** Downloads it with npm; the folder appears only when it is complete. Who comes second leaves the first one's in place. */
export async function fetchChdb() {
  await mkdir(CACHE, { recursive: true });
  const part = await mkdtemp(join(CACHE, 'part-'));
  try {
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
    await run('npm', ['install', '--prefix', part, ...quiet, `chdb@${CHDB_VERSION}`]);
    await rename(part, FOLDER);
  } catch (error) {
    if (!hasChdb()) throw error;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}
