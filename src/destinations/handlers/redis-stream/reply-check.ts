import { DeliveryError } from '../../contract/delivery-error.js';

const CR = 0x0d;
const LF = 0x0a;
const BULK = 0x24;
/** `+`, `-`, `:` and `$` of RESP: the types of the replies to the commands that this destination sends. */
const EXPECTED: ReadonlySet<number> = new Set([0x2b, 0x2d, 0x3a, BULK]);
/** Longest first line of a reply, and longest bulk reply, in bytes. Both are ids or short texts. */
const MAX_LENGTH = 65_536;
const LENGTH = /^\$(?:-1|\d{1,6})$/;
/** Longest line of LENGTH with its end. */
const LENGTH_LINE = 9;

/**
 * Reads replies of a server (RESP) ahead of the client. Its parser calls itself for each level of a nested array, and reserves
 * memory for the length that an array or a bulk reply claims. None of our commands is answered with an array.
 */
export class ReplyCheck {
  /** The first line of a reply as far as it has arrived. */
  private line: number[] = [];
  /** Bytes of a bulk reply that are still to come, with its line end. */
  private skip = 0;

  /** Reads the next bytes. Throws a DeliveryError at a reply that no command of ours has, and must not be called after that. */
  read(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.skip > 0) {
        const skipped = Math.min(this.skip, chunk.length - at);
        this.skip -= skipped;
        at += skipped - 1;
      } else this.take(chunk[at] as number);
    }
  }

  private take(byte: number): void {
    if (this.line.length === 0 && !EXPECTED.has(byte)) throw invalid();
    const length = this.line.push(byte);
    if (length > (this.line[0] === BULK ? LENGTH_LINE : MAX_LENGTH)) throw invalid();
    if (byte !== LF || this.line.at(-2) !== CR) return;
    if (this.line[0] === BULK) this.skip = bulkBytes(String.fromCharCode(...this.line.slice(0, -2)));
    this.line = [];
  }
}

function bulkBytes(line: string): number {
  const length = LENGTH.test(line) ? Number(line.slice(1)) : Infinity;
  if (length > MAX_LENGTH) throw invalid();
  return length === -1 ? 0 : length + 2;
}

const invalid = (): DeliveryError => new DeliveryError({ kind: 'retry', reason: 'invalid_answer' });
