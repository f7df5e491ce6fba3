const SMALLEST = 4096;

/**
 * Collects pieces of bytes in one buffer. A list of pieces would cost hundreds of bytes for each, and a sender may send pieces
 * of one byte. A body of one piece, as nearly all are, is not copied.
 */
export class ByteBuffer {
  private bytes: Buffer = Buffer.alloc(0);
  private length = 0;
  private open = true;

  constructor(private readonly limit: number) {}

  /** Adds a piece, which must not exceed the limit; returns by how many bytes the held memory grew. */
  add(piece: Buffer): number {
    if (!this.open) return 0;
    const held = this.bytes.length;
    if (held === 0) this.bytes = piece;
    else {
      this.makeRoomFor(piece.length);
      piece.copy(this.bytes, this.length);
    }
    this.length += piece.length;
    return this.bytes.length - held;
  }

  whole(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** Drops all bytes, and ignores later pieces. */
  close(): void {
    this.open = false;
    this.bytes = Buffer.alloc(0);
    this.length = 0;
  }

  private makeRoomFor(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const size = Math.max(needed, Math.min(this.limit, Math.max(SMALLEST, 2 * this.bytes.length)));
    const larger = Buffer.allocUnsafe(size);
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
