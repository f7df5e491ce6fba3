import { type LogRecord } from '../appender.js';

/**
 * A record on disk: format (1 byte), timestamp and position (doubles), lengths of key and headers (uint32), then key,
 * headers as JSON, and value. The position is the number of bytes ever appended to the topic before the record, so that
 * the size of any range is one subtraction.
 */
const FORMAT = 1;
const TIMESTAMP = 1;
const POSITION = 9;
const KEY_LENGTH = 17;
const HEADERS_LENGTH = 21;
const BODY = 25;

/** Most bytes of a value that shares its page with others; LMDB keeps a larger one in separate pages. */
const LARGEST_SHARED = 2_000;
const PAGE = 4_096;

/** The content of a record on disk, without its topic and offset. */
export interface DecodedRecord {
  readonly timestamp: number;
  readonly key: string;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** The bytes of a record, without timestamp and position: stampRecord writes them once its place is known. */
export function encodeRecord({ key, headers, value }: LogRecord): Buffer {
  const headerText = JSON.stringify(headers);
  const keyLength = Buffer.byteLength(key);
  const headersLength = Buffer.byteLength(headerText);
  const valueLength = typeof value === 'string' ? Buffer.byteLength(value) : value.length;
  const bytes = Buffer.allocUnsafe(BODY + keyLength + headersLength + valueLength);
  bytes.writeUInt8(FORMAT, 0);
  bytes.writeUInt32BE(keyLength, KEY_LENGTH);
  bytes.writeUInt32BE(headersLength, HEADERS_LENGTH);
  bytes.write(key, BODY);
  bytes.write(headerText, BODY + keyLength);
  const start = BODY + keyLength + headersLength;
  if (typeof value === 'string') bytes.write(value, start);
  else value.copy(bytes, start);
  return bytes;
}

/** Writes the timestamp, in ms since the epoch, and the position into an encoded record. */
export function stampRecord(bytes: Buffer, timestamp: number, position: number): void {
  bytes.writeDoubleBE(timestamp, TIMESTAMP);
  bytes.writeDoubleBE(position, POSITION);
}

/** Decodes without copying the value, which shares the memory of `bytes`. */
export function decodeRecord(bytes: Buffer): DecodedRecord {
  const headersStart = BODY + bytes.readUInt32BE(KEY_LENGTH);
  const valueStart = headersStart + bytes.readUInt32BE(HEADERS_LENGTH);
  return {
    timestamp: timestampOf(bytes),
    key: bytes.toString('utf8', BODY, headersStart),
    headers: JSON.parse(bytes.toString('utf8', headersStart, valueStart)) as Record<string, string>,
    value: bytes.subarray(valueStart),
  };
}

/** In ms since the epoch. */
export const timestampOf = (bytes: Buffer): number => bytes.readDoubleBE(TIMESTAMP);
/** Bytes of the topic before the record, over all time. */
export const positionOf = (bytes: Buffer): number => bytes.readDoubleBE(POSITION);

/** About how many bytes a record of this length takes on disk. */
export function footprint(length: number): number {
  return length <= LARGEST_SHARED ? length + 32 : Math.ceil((length + 16) / PAGE) * PAGE;
}
