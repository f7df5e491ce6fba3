import { type FileHandle, open, rm } from 'node:fs/promises';
import { ID_BYTES, IdSet } from './id-set.js';

const CHUNK_BYTES = 65_536 * ID_BYTES;

/**
 * The ids of one period: in memory for lookups, and in a file that is a plain sequence of ids, so that any prefix of it is
 * valid. Ids in the file survive a crash of the process, but not always one of the machine: the file is not fsynced.
 */
export class Generation {
  readonly ids = new IdSet();

  private constructor(
    private readonly file: string,
    /** End of the period, in ms since the epoch. */
    readonly to: number,
    private readonly handle: FileHandle,
  ) {}

  /** Reads the file, or creates it when it is missing. */
  static async open(file: string, to: number): Promise<Generation> {
    const generation = new Generation(file, to, await open(file, 'a+'));
    await generation.load();
    return generation;
  }

  async append(keys: readonly Buffer[]): Promise<void> {
    try {
      await this.handle.appendFile(Buffer.concat(keys));
    } catch (error) {
      await this.truncate((await this.handle.stat()).size);
      throw error;
    }
    for (const key of keys) this.ids.add(key);
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await rm(this.file, { force: true });
  }

  private async load(): Promise<void> {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    for (let position = 0; ;) {
      const { bytesRead } = await this.handle.read(chunk, 0, CHUNK_BYTES, position);
      const whole = bytesRead - (bytesRead % ID_BYTES);
      for (let offset = 0; offset < whole; offset += ID_BYTES) this.ids.add(chunk, offset);
      position += whole;
      if (whole < CHUNK_BYTES) return this.truncate(position + (bytesRead - whole));
    }
  }

  /** Cuts half an id off the end: it would shift all following ones. */
  private async truncate(size: number): Promise<void> {
    if (size % ID_BYTES > 0) await this.handle.truncate(size - (size % ID_BYTES));
  }
}
