import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { cachedFolder } from '../verify/cache.mjs';

const pkg = createRequire(import.meta.url)('../../package.json') as { dependencies: Record<string, string> };
const version = pkg.dependencies['@electric-sql/pglite'];

const template = cachedFolder(`pglite-${version!}`, async (folder) => {
  await (await PGlite.create(folder)).close();
});

/**
 * Copies an embedded Postgres without any table into a data directory. Its creation is more than half of the work of a
 * product's first start, and the result is always the same.
 */
export async function copyEmbeddedTemplate(dataDir: string): Promise<void> {
  await template.fetch();
  await cp(template.folder, join(dataDir, 'postgres'), { recursive: true });
}
