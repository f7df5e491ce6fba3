import { DeliveryError } from '../../contract/delivery-error.js';

/** Type and length. The length counts itself, and not the type. */
const HEADER_BYTES = 5;
const LENGTH_BYTES = 4;
const ERROR = 0x45;
const NOTICE = 0x4e;
/** Longest error or notice, in bytes. Those of our statements are short texts. */
const MAX_REPORT = 65_536;

/**
 * Reads messages of a server (PostgreSQL protocol 3.0) ahead of the client. The parser of `pg` reads the fields of an error or
 * a notice up to a field of type 0, and where that is missing it reads on for ever, with the whole process at a standstill.
 */
export class MessageCheck {
  /** The header of a message, and the body of an error or a notice, as far as they have arrived. */
  private readonly header: number[] = [];
  private report: number[] | undefined;
  /** Bytes of the body that are still to come. */
  private left = 0;

  /** Reads the next bytes. Throws a DeliveryError at a message that the client cannot end, and must not be called after that. */
  read(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.left === 0) this.takeHeader(chunk[at++] as number);
      else at += this.takeBody(chunk.subarray(at, at + this.left));
    }
  }

  private takeHeader(byte: number): void {
    if (this.header.push(byte) < HEADER_BYTES) return;
    const type = this.header[0];
    const length = Buffer.from(this.header).readUInt32BE(1);
    if (length < LENGTH_BYTES) throw invalid();
    this.left = length - LENGTH_BYTES;
    this.header.length = 0;
    if (type !== ERROR && type !== NOTICE) return;
    if (this.left > MAX_REPORT) throw invalid();
    this.report = [];
    if (this.left === 0) this.endReport();
  }

  private takeBody(bytes: Buffer): number {
    this.left -= bytes.length;
    if (this.report !== undefined) {
      this.report.push(...bytes);
      if (this.left === 0) this.endReport();
    }
    return bytes.length;
  }

  private endReport(): void {
    if (!isReport(this.report ?? [])) throw invalid();
    this.report = undefined;
  }
}

/** Fields, each a type and a text that ends with 0, and a last 0. */
function isReport(bytes: readonly number[]): boolean {
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const end = bytes.indexOf(0, at + 1);
    if (end === -1) return false;
    at = end + 1;
  }
  return at === bytes.length - 1;
}

const invalid = (): DeliveryError => new DeliveryError({ kind: 'retry', reason: 'invalid_answer' });
