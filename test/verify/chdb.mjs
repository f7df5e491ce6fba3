import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE } from './cache.mjs';
import { run } from './run.mjs';

/** A package with the engine of ClickHouse 26.7. It has half a gigabyte, so it is not among the dependencies. */
export const CHDB_VERSION = '3.4.0';

const FOLDER = join(CACHE, `chdb-${CHDB_VERSION}`);

/** Folder of the package, once `fetchChdb` has downloaded it. */
export const CHDB = join(FOLDER, 'node_modules/chdb');

export const hasChdb = () => existsSync(FOLDER);

/** Downloads the package with npm. The folder appears only when it is complete; of two downloads, the first one stays. */
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
