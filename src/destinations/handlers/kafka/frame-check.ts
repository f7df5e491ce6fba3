import { DeliveryError } from '../../contract/delivery-error.js';

/** Bytes of a frame's length, which does not count itself. */
const HEADER_BYTES = 4;
/**
 * Longest answer of a broker, in bytes: the metadata of a topic with 5,000 partitions. For each broker that the metadata lists,
 * kafkajs makes a pool of connections and compares it with all others, in one turn of the event loop: 1 s for 20,000 brokers.
 */
export const MAX_FRAME_BYTES = 262_144;

/** Reads the frames of a broker ahead of the client, which takes any length as it is. */
export class FrameCheck {
  /** The header of a frame as far as it has arrived. */
  private readonly header: number[] = [];
  /** Bytes of the frame that are still to come. */
  private left = 0;

  /** Reads the next bytes. Throws a DeliveryError at a frame of wrong length, and must not be called after that. */
  read(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.left === 0) this.takeHeader(chunk[at++] as number);
      else {
        const taken = Math.min(this.left, chunk.length - at);
        this.left -= taken;
        at += taken;
      }
    }
  }

  private takeHeader(byte: number): void {
    if (this.header.push(byte) < HEADER_BYTES) return;
    const length = Buffer.from(this.header).readInt32BE(0);
    // A login in the older form may end with an empty frame.
    if (length < 0) throw new DeliveryError({ kind: 'retry', reason: 'invalid_answer' });
    if (length > MAX_FRAME_BYTES) throw new DeliveryError({ kind: 'retry', reason: 'answer_too_large' });
    this.header.length = 0;
    this.left = length;
  }
}
