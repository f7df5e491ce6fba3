import { type LogRecord } from '../../appender.js';
import { crc32c } from './crc32c.js';
import { lengthOf, sizeOfVarInt, writeText, writeVarInt } from './record-parts.js';

/** Bytes of a batch before its first record. */
const HEAD = 61;
/** Where the fields start that Kafka's length counts, and those that its checksum covers. */
const AFTER_LENGTH = 12;
const ATTRIBUTES = 21;
const MAGIC = 2;
const NO_PRODUCER = -1n;

/** Byte lengths of a record's parts; those of its headers stand in turns of name and value. */
interface Lengths {
  readonly body: number;
  readonly key: number;
  readonly value: number;
  readonly headers: readonly number[];
}

/**
 * A batch of records for one partition in Kafka's format (RecordBatch, version 2), not compressed, all with the time `now`:
 * byte for byte what kafkajs makes of them, at a fraction of its cost.
 */
export function encodeRecordSet(records: readonly LogRecord[], now: number): Buffer {
  const lengths = records.map(measure);
  const size = lengths.reduce((sum, { body }) => sum + sizeOfVarInt(body) + body, HEAD);
  const bytes = Buffer.allocUnsafe(size);
  let at = HEAD;
  for (const [index, record] of records.entries()) {
    const own = lengths[index];
    if (own !== undefined) at = writeRecord(bytes, at, record, own, index);
  }
  writeHead(bytes, records.length, BigInt(now));
  return bytes;
}

function writeHead(bytes: Buffer, records: number, now: bigint): void {
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.length - AFTER_LENGTH, 8);
  bytes.writeInt32BE(0, AFTER_LENGTH);
  bytes.writeInt8(MAGIC, 16);
  bytes.writeInt16BE(0, ATTRIBUTES);
  bytes.writeInt32BE(records - 1, 23);
  bytes.writeBigInt64BE(now, 27);
  bytes.writeBigInt64BE(now, 35);
  bytes.writeBigInt64BE(NO_PRODUCER, 43);
  bytes.writeInt16BE(0, 51);
  bytes.writeInt32BE(0, 53);
  bytes.writeInt32BE(records, 57);
  bytes.writeUInt32BE(crc32c(bytes, ATTRIBUTES), 17);
}

function measure({ key, value, headers }: LogRecord, index: number): Lengths {
  const own = { key: lengthOf(key), value: typeof value === 'string' ? lengthOf(value) : value.length };
  const inHeaders: number[] = [];
  let body = 2 + sizeOfVarInt(index) + sizeOfVarInt(own.key) + own.key + sizeOfVarInt(own.value) + own.value;
  for (const name in headers) {
    const [nameLength, textLength] = [lengthOf(name), lengthOf(headers[name] ?? '')];
    inHeaders.push(nameLength, textLength);
    body += sizeOfVarInt(nameLength) + nameLength + sizeOfVarInt(textLength) + textLength;
  }
  return { ...own, body: body + sizeOfVarInt(inHeaders.length / 2), headers: inHeaders };
}

/** Writes at `start`, and returns the position after the record. */
function writeRecord(
  bytes: Buffer,
  start: number,
  { key, value, headers }: LogRecord,
  lengths: Lengths,
  index: number,
): number {
  let at = writeVarInt(bytes, start, lengths.body);
  bytes[at] = 0;
  bytes[at + 1] = 0;
  at = writeVarInt(bytes, at + 2, index);
  at = writeText(bytes, at, key, lengths.key);
  if (typeof value === 'string') at = writeText(bytes, at, value, lengths.value);
  else {
    at = writeVarInt(bytes, at, lengths.value);
    at += value.copy(bytes, at);
  }
  at = writeVarInt(bytes, at, lengths.headers.length / 2);
  let header = 0;
  for (const name in headers) {
    at = writeText(bytes, at, name, lengths.headers[header] ?? 0);
    at = writeText(bytes, at, headers[name] ?? '', lengths.headers[header + 1] ?? 0);
    header += 2;
  }
  return at;
}
