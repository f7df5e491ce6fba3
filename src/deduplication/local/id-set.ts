import { IdTable, type Words } from './id-table.js';

/** Length of an id, in bytes. */
export const ID_BYTES = 16;

const FIRST_SLOTS = 4_096;
const GROWTH = 4;
/** Slots of the largest tables, 16 MiB each. */
const MOST_SLOTS = 1_048_576;

/** A set of ids that grows by further tables, so that no call waits while a table is copied into a larger one. */
export class IdSet {
  private readonly tables = [new IdTable(FIRST_SLOTS)];

  get bytes(): number {
    return this.tables.reduce((sum, table) => sum + table.bytes, 0);
  }

  /** The id is the 16 bytes from `offset`. */
  has(bytes: Buffer, offset = 0): boolean {
    const id = wordsOf(bytes, offset);
    return this.tables.some((table) => table.has(id));
  }

  /** For new ids only: an id that an older table has takes a second slot. */
  add(bytes: Buffer, offset = 0): void {
    const id = wordsOf(bytes, offset);
    const last = this.tables.at(-1);
    if (last !== undefined && !last.isFull) {
      last.add(id);
      return;
    }
    const table = new IdTable(Math.min((last?.slots ?? 1) * GROWTH, MOST_SLOTS));
    this.tables.push(table);
    table.add(id);
  }
}

/** One bit of the hash is given up, so that the last word is never zero: zero marks an empty slot. */
function wordsOf(bytes: Buffer, offset: number): Words {
  return [
    bytes.readUInt32LE(offset),
    bytes.readUInt32LE(offset + 4),
    bytes.readUInt32LE(offset + 8),
    (bytes.readUInt32LE(offset + 12) | 1) >>> 0,
  ];
}
