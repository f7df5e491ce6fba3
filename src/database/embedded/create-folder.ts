import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** An initialised Postgres without a table, which the build has made. */
const TEMPLATE = fileURLToPath(new URL('./template', import.meta.url));
const CREATE = fileURLToPath(new URL('./create.js', import.meta.url));

/**
 * Creates the folder of an embedded Postgres, unless it exists. A copy of the build's template takes a tenth of the time of
 * an initialisation. The folder appears under its name only when it is complete, so a start that was killed leaves none.
 */
export async function createPostgresFolder(folder: string): Promise<void> {
  if (existsSync(folder) && (await readdir(folder)).length > 0) return;
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  if (existsSync(TEMPLATE)) await cp(TEMPLATE, part, { recursive: true });
  else {
    await mkdir(part, { mode: 0o700 });
    await promisify(execFile)(process.execPath, [CREATE, part]);
  }
  await chmod(part, 0o700);
  await rm(folder, { recursive: true, force: true });
  await rename(part, folder);
}
