import { join } from 'node:path';
import { cachedFolder } from './cache.mjs';
import { run } from './run.mjs';

/** A package with the engine of ClickHouse 26.7. It has half a gigabyte, so it is not among the dependencies. */
export const CHDB_VERSION = '3.4.0';

const cached = cachedFolder(`chdb-${CHDB_VERSION}`, async (folder) => {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--loglevel=error'];
  await run('npm', ['install', '--prefix', folder, ...quiet, `chdb@${CHDB_VERSION}`]);
});

/** Folder of the package, once `fetchChdb` has downloaded it. */
export const CHDB = join(cached.folder, 'node_modules/chdb');
export const hasChdb = cached.isPresent;
export const fetchChdb = cached.fetch;
