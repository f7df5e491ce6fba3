import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, readFile, rename, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { type KnownKey } from '../keys/known-key.js';
import { type WriteKeyRow } from '../keys/write-key-rows.js';
import { linesOf, rowsIn, sealOf } from './snapshot-format.js';

/** Characters that are written at once; between them the process does something else. */
const PIECE = 262_144;

/** Path of the snapshot in the data directory of an instance. */
export const writeKeysFile = (dataDir: string): string => join(dataDir, 'write-keys.snapshot');

/**
 * The write keys as a file that is there whole or not at all, also when the machine fails: written beside, flushed, renamed.
 * Its time of change says as of when it was known to be what Postgres has. Only its owner may read it.
 */
export class SnapshotFile {
  constructor(private readonly path: string) {}

  /** Rejects with the error of the file system; what was there is then still there. */
  async write(keys: ReadonlyMap<string, KnownKey>, asOf: Date): Promise<void> {
    const folder = dirname(this.path);
    await mkdir(folder, { recursive: true });
    // Of this process alone, and the same at its next try: a crash leaves one behind and not one each time.
    const beside = `${this.path}.${hostname()}-${process.pid}`;
    const file = await open(beside, 'w', 0o600);
    try {
      const checksum = createHash('sha256');
      for (const piece of piecesOf(linesOf(keys))) await file.write(summed(checksum, piece));
      await file.write(sealOf(checksum.digest('hex')));
      await file.utimes(asOf, asOf);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, this.path);
    await flushFolder(folder);
  }

  /** Says that the file is still what Postgres has. */
  async confirm(asOf: Date): Promise<void> {
    await utimes(this.path, asOf, asOf);
  }

  /** Rejects with SnapshotDamaged, or with the error of the file system when there is none. */
  async read(): Promise<{ readonly rows: readonly WriteKeyRow[]; readonly asOf: Date }> {
    const { mtime } = await stat(this.path);
    return { rows: rowsIn(await readFile(this.path)), asOf: mtime };
  }
}

function summed(checksum: Hash, text: string): string {
  checksum.update(text);
  return text;
}

function* piecesOf(lines: Iterable<string>): Generator<string> {
  let piece = '';
  for (const line of lines) {
    piece += line;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

/** A rename survives a failure of the machine once its folder is flushed. */
async function flushFolder(folder: string): Promise<void> {
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
