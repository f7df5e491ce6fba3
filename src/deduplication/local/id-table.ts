/** An id of 128 bits as four words. Ids are hashes, so the first word serves as the slot. */
export type Words = readonly [number, number, number, number];

const WORDS = 4;
/** Share of filled slots above which lookups become slow. */
const MOST_FILLED = 0.7;

/** A hash table of fixed size in one block of memory: ids as JavaScript objects would take three times as much. */
export class IdTable {
  private readonly words: Uint32Array;
  private readonly mask: number;
  private size = 0;

  /** `slots` is a power of two. */
  constructor(readonly slots: number) {
    this.words = new Uint32Array(slots * WORDS);
    this.mask = slots - 1;
  }

  get bytes(): number {
    return this.words.byteLength;
  }

  get isFull(): boolean {
    return this.size >= this.slots * MOST_FILLED;
  }

  has(id: Words): boolean {
    return this.words[this.placeOf(id) + 3] === id[3];
  }

  /** Only while the table is not full. */
  add(id: Words): void {
    const at = this.placeOf(id);
    if (this.words[at + 3] !== 0) return;
    this.words.set(id, at);
    this.size += 1;
  }

  /** Index of the id's words, or of the empty slot for it, whose last word is zero. */
  private placeOf(id: Words): number {
    const { words, mask } = this;
    for (let slot = id[0] & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      if (words[at + 3] === 0) return at;
      const same = words[at] === id[0] && words[at + 1] === id[1] && words[at + 2] === id[2];
      if (same && words[at + 3] === id[3]) return at;
    }
  }
}
