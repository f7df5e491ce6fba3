const SMALLEST = 4096;

/**
 * Bytes that come in pieces, kept in one buffer: a list of pieces costs hundreds of bytes for each of them, and a sender may
 * choose to send pieces of one byte. What comes in one piece, as nearly everything does, is not copied.
 */
export class ByteBuffer {
  private bytes: Buffer = Buffer.alloc(0);
  private length = 0;
  private open = true;

  constructor(private readonly limit: number) {}

  /** Adds a piece, which must not lead past the limit; answers how much more memory is held. */
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

  /** Forgets everything, also what is still to come. */
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
