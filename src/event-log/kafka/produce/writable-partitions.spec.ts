import { type PartitionMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { LogUnavailable } from '../../append-errors.js';
import { NoLeaderYet, WritablePartitions } from './writable-partitions.js';

const KEYS = Array.from({ length: 200 }, (_, index) => `key-${index}`);

function setUp(leaderWaitMs = 1_000) {
  const queried: string[] = [];
  const world = { writable: 3, failures: [] as Error[], queried };
  const count = (topic: string) => {
    queried.push(topic);
    const failure = world.failures.shift();
    return failure ? Promise.reject(failure) : Promise.resolve(world.writable);
  };
  const partitions = new WritablePartitions(count, leaderWaitMs);
  const choose = partitions.partitioner();
  /** How many partitions records go to when kafkajs knows of `known`. */
  const chosen = (known: number) => {
    const partitionMetadata = Array.from({ length: known }, (_, partitionId) => ({ partitionId, leader: 1 }));
    const all = partitionMetadata as PartitionMetadata[];
    const one = (key: string) => choose({ topic: 't', partitionMetadata: all, message: { key, value: 'v' } });
    return new Set(KEYS.map(one)).size;
  };
  return { partitions, world, chosen };
}

describe('WritablePartitions', () => {
  it('waits while a partition has no leader, and queries a confirmed topic no more', async () => {
    const { partitions, world } = setUp();
    world.failures = [new NoLeaderYet('t'), new NoLeaderYet('t')];
    await partitions.ensure(['t']);
    await partitions.ensure(['t']);
    expect(world.queried).toEqual(['t', 't', 't']);
  });

  it('rejects with the cause after the longest wait', async () => {
    const { partitions, world } = setUp(50);
    world.failures = Array.from({ length: 100 }, () => new NoLeaderYet('t'));
    await expect(partitions.ensure(['t'])).rejects.toThrow('A partition of the topic t has no leader');
    expect(world.queried.length).toBeLessThan(10);
  });

  it('does not wait after another error', async () => {
    const { partitions, world } = setUp();
    world.failures = [new LogUnavailable('away')];
    await expect(partitions.ensure(['t'])).rejects.toThrow('away');
    expect(world.queried).toHaveLength(1);
  });

  it('confirms again after a failed send', async () => {
    const { partitions, world } = setUp();
    await partitions.ensure(['t']);
    partitions.forget(['t']);
    await partitions.ensure(['t']);
    expect(world.queried).toHaveLength(2);
  });

  it('uses added partitions once their leaders take requests', async () => {
    const { partitions, world, chosen } = setUp();
    await partitions.confirm(['t']);
    world.failures = [new NoLeaderYet('t')];
    world.writable = 8;
    expect(chosen(8)).toBe(3);
    expect(world.queried).toHaveLength(2);
    await expect.poll(() => chosen(8)).toBe(8);
    expect(world.queried).toHaveLength(3);
  });

  it('leaves the choice to kafkajs for an unconfirmed topic, and for one with fewer partitions than confirmed', async () => {
    const { partitions, chosen } = setUp();
    expect(chosen(5)).toBe(5);
    await partitions.confirm(['t']);
    expect(chosen(2)).toBe(2);
  });
});
