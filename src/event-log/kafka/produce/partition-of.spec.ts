import { type PartitionMetadata, Partitioners } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { partitionOf } from './partition-of.js';

const choose = Partitioners.DefaultPartitioner();

function ofKafkajs(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    leader: 1,
  }));
  return choose({
    topic: 't',
    partitionMetadata: partitionMetadata as PartitionMetadata[],
    message: { key, value: 'v' },
  });
}

describe('the partition of a key', () => {
  it('is the one that kafkajs chooses', () => {
    const keys = [
      '',
      'ä',
      '日本',
      '🙂',
      '\ud800',
      '\u0000',
      ...Array.from({ length: 2_000 }, (_, i) => `${'k'.repeat(i % 50)}${i}`),
    ];
    for (const key of keys)
      for (const partitions of [1, 2, 6, 7, 64])
        expect(partitionOf(key, partitions)).toBe(ofKafkajs(key, partitions));
  });

  it('is the one of the client of Kafka itself', () => {
    expect(['21', 'foobar', 'a-little-bit-long-string'].map((key) => partitionOf(key, 0x7fffffff))).toEqual(
      [-973932308, -790332482, -985981536].map((hash) => (hash & 0x7fffffff) % 0x7fffffff),
    );
  });
});
