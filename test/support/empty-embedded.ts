import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

const FOLDER = 'TEST_EMPTY_EMBEDDED';

/**
 * Makes an embedded Postgres without any table, for the products of this run to begin on: what takes longest at a first start is
 * always the same. Returns what removes it.
 */
export async function makeEmptyEmbedded(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-empty-'));
  await (await PGlite.create(folder)).close();
  process.env[FOLDER] = folder;
  return async () => {
    Reflect.deleteProperty(process.env, FOLDER);
    await rm(folder, { recursive: true, force: true });
  };
}

/** Puts a copy where a product with this data directory looks for it. */
export async function copyEmptyEmbedded(dataDir: string): Promise<void> {
  const folder = process.env[FOLDER];
  if (folder !== undefined) await cp(folder, join(dataDir, 'postgres'), { recursive: true });
}
