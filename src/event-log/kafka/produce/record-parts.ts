/** Texts up to this length are measured and written here, because a call into Node costs more than their bytes. */
const SHORT = 48;

/** Bytes of a text in UTF-8. */
export function lengthOf(text: string): number {
  if (text.length > SHORT) return Buffer.byteLength(text);
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 127) return Buffer.byteLength(text);
  return text.length;
}

/** Writes length and text at `start`, and returns the position after them. */
export function writeText(bytes: Buffer, start: number, text: string, length: number): number {
  const at = writeVarInt(bytes, start, length);
  if (length !== text.length) return at + bytes.write(text, at, 'utf8');
  if (length > SHORT) return at + bytes.write(text, at, 'latin1');
  for (let index = 0; index < length; index += 1) bytes[at + index] = text.charCodeAt(index);
  return at + length;
}

/** Of a length that is not negative: Kafka doubles it, since its numbers have their sign in the lowest bit. */
export function sizeOfVarInt(value: number): number {
  let size = 1;
  for (let rest = value * 2; rest > 127; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

/** Writes a length at `start`, and returns the position after it. */
export function writeVarInt(bytes: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value << 1;
  for (; rest > 127; rest >>>= 7) bytes[at++] = (rest & 127) | 128;
  bytes[at] = rest;
  return at + 1;
}
