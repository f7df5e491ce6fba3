import { type PartitionMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { LogUnavailable } from '../../append-errors.js';
import { NoLeaderYet, UnknownPartition, WritablePartitions } from './writable-partitions.js';

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
  /** What becomes of a message for this partition when kafkajs knows of `known`. */
  const chosen = (partition: number, known: number) => {
    const partitionMetadata = Array.from({ length: known }, (_, partitionId) => ({ partitionId, leader: 1 }));
    const all = partitionMetadata as PartitionMetadata[];
    return choose({ topic: 't', partitionMetadata: all, message: { partition, value: 'v' } });
  };
  const counted = async () => (await partitions.ensure(['t'])).get('t');
  return { partitions, world, chosen, counted };
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

  it('says how many partitions are confirmed', async () => {
    const { partitions, world, counted } = setUp();
    await partitions.confirm(['t']);
    world.writable = 8;
    expect(await counted()).toBe(3);
    await partitions.confirm(['t']);
    expect(await counted()).toBe(8);
  });

  it('keeps what was confirmed when another topic fails', async () => {
    const { partitions, world } = setUp();
    world.failures = [new LogUnavailable('away')];
    await expect(partitions.ensure(['a', 'b'])).rejects.toThrow('away');
    await expect.poll(async () => [...(await partitions.ensure(['b']))]).toEqual([['b', 3]]);
    expect(world.queried).toEqual(['a', 'b']);
  });

  it('uses added partitions once their leaders take requests', async () => {
    const { partitions, world, chosen, counted } = setUp();
    await partitions.confirm(['t']);
    world.failures = [new NoLeaderYet('t')];
    world.writable = 8;
    expect(chosen(2, 8)).toBe(2);
    expect(await counted()).toBe(3);
    expect(world.queried).toHaveLength(2);
    await expect.poll(counted).toBe(8);
    expect(world.queried).toHaveLength(3);
    expect(chosen(7, 8)).toBe(7);
  });

  it('refuses a partition that kafkajs does not know, which it would leave out in silence', () => {
    const { chosen } = setUp();
    expect(() => chosen(3, 3)).toThrow(UnknownPartition);
  });
});
