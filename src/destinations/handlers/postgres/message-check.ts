import { DeliveryError } from '../../contract/delivery-error.js';

/** Type and length. The length counts itself, and not the type. */
const HEADER_BYTES = 5;
const LENGTH_BYTES = 4;
const ERROR = 0x45;
const NOTICE = 0x4e;

/** Where the next byte of an error or a notice stands: fields, each a type and a text that ends with 0, and a last 0. */
type Place = 'type' | 'text' | 'end';

/**
 * Reads messages of a server (PostgreSQL protocol 3.0) ahead of the client. The parser of `pg` reads the fields of an error or
 * a notice up to a field of type 0, and where that is missing it reads on for ever, with the whole process at a standstill.
 */
export class MessageCheck {
  /** The header of a message as far as it has arrived. */
  private readonly header: number[] = [];
  /** Bytes of the body that are still to come. */
  private left = 0;
  /** Undefined in the other messages. */
  private place: Place | undefined;

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
    this.header.length = 0;
    this.left = length - LENGTH_BYTES;
    this.place = type === ERROR || type === NOTICE ? 'type' : undefined;
    this.endBody();
  }

  private takeBody(bytes: Buffer): number {
    this.left -= bytes.length;
    if (this.place !== undefined) for (const byte of bytes) this.place = next(this.place, byte);
    this.endBody();
    return bytes.length;
  }

  private endBody(): void {
    if (this.left === 0 && this.place !== undefined && this.place !== 'end') throw invalid();
  }
}

function next(place: Place, byte: number): Place {
  if (place === 'end') throw invalid();
  if (byte !== 0) return 'text';
  return place === 'type' ? 'end' : 'type';
}

const invalid = (): DeliveryError => new DeliveryError({ kind: 'retry', reason: 'invalid_answer' });
