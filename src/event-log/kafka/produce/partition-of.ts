const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** 0 beyond the end. */
const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

const mixed = (hash: number): number => Math.imul(hash, M);

/** Kafka's own hash of a key (murmur2), as a signed integer. */
function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  let hash = SEED ^ length;
  let at = 0;
  for (; at + 4 <= length; at += 4) {
    const word =
      byteAt(bytes, at) |
      (byteAt(bytes, at + 1) << 8) |
      (byteAt(bytes, at + 2) << 16) |
      (byteAt(bytes, at + 3) << 24);
    const k = mixed(word);
    hash = mixed(hash) ^ mixed(k ^ (k >>> 24));
  }
  if (at < length) {
    hash ^= byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16);
    hash = mixed(hash);
  }
  hash = mixed(hash ^ (hash >>> 13));
  return hash ^ (hash >>> 15);
}

/**
 * The partition of a key among `partitions`, as the default partitioner of kafkajs and of Kafka's own client choose it. The
 * one of kafkajs computes with BigInt, which takes longer than the rest of a record's encoding.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}
