import { createRequire } from 'node:module';

/** The part of kafkajs's reader of answers that is used here. `offset` is the place of the next byte. */
interface Decoder {
  readonly buffer: Buffer;
  readonly offset: number;
  readString: (this: Decoder) => string | null;
  readBytes: (this: Decoder, byteLength?: number) => Buffer | null;
}

/** kafkajs does not export its reader. Version 2.2.4 is pinned; the spec fails when an upgrade moves the file. */
const FILE = 'kafkajs/src/protocol/decoder.js';

/** Length of a text or of bytes that are null. */
const NULL = -1;

/**
 * Makes the reader of kafkajs refuse lengths below −1, for all clients of the process. kafkajs moves its place by any length, also
 * backwards: an array whose entries each lead back to their own beginning is read 2³¹ times, with the process at a standstill.
 */
function readForwardOnly(decoder: Decoder): void {
  const { readString, readBytes } = decoder;
  decoder.readString = function () {
    refuseBackwards(this.buffer.readInt16BE(this.offset));
    return readString.call(this);
  };
  decoder.readBytes = function (...given) {
    refuseBackwards(given[0] ?? this.buffer.readInt32BE(this.offset));
    return readBytes.apply(this, given);
  };
}

/** Throws what a Buffer throws at a place outside of it, as kafkajs expects of an answer that it cannot read. */
function refuseBackwards(length: number): void {
  if (length < NULL) throw new RangeError(`A broker sent the length ${length}`);
}

const { prototype } = createRequire(import.meta.url)(FILE) as { readonly prototype: Decoder };
readForwardOnly(prototype);
