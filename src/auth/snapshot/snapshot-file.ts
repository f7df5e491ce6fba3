import { mkdir, readFile, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeDurably } from '../../resilience/durable-file.js';
import { type KnownKey } from '../keys/known-key.js';
import { type WriteKeyRow } from '../keys/write-key-rows.js';
import { fileOf, rowsIn } from './snapshot-format.js';

/** Where a collector keeps the write keys that it last read, to serve from while Postgres is away (DESIGN 5.6). */
export const writeKeysFile = (dataDir: string): string => join(dataDir, 'write-keys.snapshot');

/**
 * The write keys as a file, readable by its owner alone. Its time of change is when the keys were last known to be those in
 * Postgres.
 */
export class SnapshotFile {
  /** Whether another process keeps the file. */
  readonly isReadOnly: boolean;

  constructor(
    private readonly path: string,
    { isReadOnly = false } = {},
  ) {
    this.isReadOnly = isReadOnly;
  }

  /** Replaces the file, or rejects with the error of the file system and leaves it as it was. */
  async write(keys: ReadonlyMap<string, KnownKey>, asOf: Date): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    await writeDurably(this.path, fileOf(keys), { mode: 0o600, mtime: asOf });
  }

  /** Records that the file still has what Postgres has. */
  async confirm(asOf: Date): Promise<void> {
    await utimes(this.path, asOf, asOf);
  }

  /** Rejects with SnapshotDamaged, or with the error of the file system when there is no file. */
  async read(): Promise<{ readonly rows: readonly WriteKeyRow[]; readonly asOf: Date }> {
    const { mtime } = await stat(this.path);
    return { rows: rowsIn(await readFile(this.path)), asOf: mtime };
  }
}
