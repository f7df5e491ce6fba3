import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Folder for what only the tests need and what takes long to make. It is kept between runs. */
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'tributary-verify');

/**
 * A folder in the cache. It appears only when it is complete; when two processes fill it, the first one's result stays.
 * @param {string} name contains a version, because an existing folder is never updated
 * @param {(folder: string) => Promise<void>} fill
 */
export function cachedFolder(name, fill) {
  const folder = join(CACHE, name);
  const isPresent = () => existsSync(folder);
  const fetch = async () => {
    if (isPresent()) return;
    await mkdir(CACHE, { recursive: true });
    const part = await mkdtemp(join(CACHE, 'part-'));
    try {
      await fill(part);
      await rename(part, folder);
    } catch (error) {
      if (!isPresent()) throw error;
    } finally {
      await rm(part, { recursive: true, force: true });
    }
  };
  return { folder, isPresent, fetch };
}
