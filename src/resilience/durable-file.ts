import { randomBytes } from 'node:crypto';
import { link, open, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

/** Parts of a file in order. They are taken one by one as each is written: a generator may compute the last from the others. */
type Pieces = Iterable<string | Buffer>;

interface FileOptions {
  /** Permissions, less the umask, as 0o600. */
  readonly mode: number;
  /** Time of change; by default now. */
  readonly mtime?: Date;
}

/**
 * Writes a file that is there whole or not at all, even after a power failure. The previous file stays until the new one is
 * on disk. The folder must exist. Rejects with the error of the file system or of the pieces; nothing is left behind then.
 * Two writes of one path at the same time must be in different processes.
 */
export async function writeDurably(path: string, pieces: Pieces, options: FileOptions): Promise<void> {
  // Unique to this process, and the same at its next write: a crash leaves one such file, not one per crash and write.
  const draft = `${path}.${hostname()}-${process.pid}`;
  try {
    await writeDraft(draft, 'w', pieces, options);
    await rename(draft, path);
  } catch (error) {
    await discard(draft);
    throw error;
  }
  await flushFolder(dirname(path));
}

/**
 * As `writeDurably`, but never replaces a file. Resolves to false when the path exists already, which is then on disk too;
 * of several callers at the same time, in one process or many, one gets true.
 */
export async function createDurably(path: string, pieces: Pieces, options: FileOptions): Promise<boolean> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await writeDraft(draft, 'wx', pieces, options);
    const created = await linkUnlessExists(draft, path);
    await flushFolder(dirname(path));
    return created;
  } finally {
    await discard(draft);
  }
}

async function writeDraft(
  draft: string,
  flag: 'w' | 'wx',
  pieces: Pieces,
  { mode, mtime }: FileOptions,
): Promise<void> {
  const file = await open(draft, flag, mode);
  try {
    // Unlike `write`, `writeFile` continues after a partial write.
    for (const piece of pieces) await file.writeFile(piece);
    if (mtime !== undefined) await file.utimes(mtime, mtime);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A rename replaces the target, a link does not. */
async function linkUnlessExists(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A new name survives a power failure only once its folder is flushed. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Its own failure must not hide the error that led here. */
const discard = (draft: string): Promise<void> => rm(draft, { force: true }).catch(() => undefined);
