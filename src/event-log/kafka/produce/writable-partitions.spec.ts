import { type PartitionMetadata } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { LogUnavailable } from '../../append-errors.js';
import { WritablePartitions } from './writable-partitions.js';
import { NoLeaderYet } from './partition-count.js';

const KEYS = Array.from({ length: 200 }, (_, index) => `key-${index}`);

function setUp(patienceMs = 1_000) {
  const asked: string[] = [];
  const world = { led: 3, failures: [] as Error[], asked };
  const count = (topic: string) => {
    asked.push(topic);
    const failure = world.failures.shift();
    return failure ? Promise.reject(failure) : Promise.resolve(world.led);
  };
  const partitions = new WritablePartitions(count, patienceMs);
  const choose = partitions.partitioner();
  /** The partitions that records go to when kafkajs knows so many. */
  const chosen = (known: number) => {
    const partitionMetadata = Array.from({ length: known }, (_, partitionId) => ({ partitionId, leader: 1 }));
    const all = partitionMetadata as PartitionMetadata[];
    const one = (key: string) => choose({ topic: 't', partitionMetadata: all, message: { key, value: 'v' } });
    return new Set(KEYS.map(one)).size;
  };
  return { partitions, world, chosen };
}

describe('LedPartitions', () => {
  it('waits while a partition has no leader at work, and asks once for what it knows', async () => {
    const { partitions, world } = setUp();
    world.failures = [new NoLeaderYet('t'), new NoLeaderYet('t')];
    await partitions.ensure(['t']);
    await partitions.ensure(['t']);
    expect(world.asked).toEqual(['t', 't', 't']);
  });

  it('waits no longer than it may, and says why', async () => {
    const { partitions, world } = setUp(50);
    world.failures = Array.from({ length: 100 }, () => new NoLeaderYet('t'));
    await expect(partitions.ensure(['t'])).rejects.toThrow('A partition of the topic t has no leader');
    expect(world.asked.length).toBeLessThan(10);
  });

  it('does not wait for anything else that is wrong', async () => {
    const { partitions, world } = setUp();
    world.failures = [new LogUnavailable('away')];
    await expect(partitions.ensure(['t'])).rejects.toThrow('away');
    expect(world.asked).toHaveLength(1);
  });

  it('asks again after a send that failed', async () => {
    const { partitions, world } = setUp();
    await partitions.ensure(['t']);
    partitions.forget(['t']);
    await partitions.ensure(['t']);
    expect(world.asked).toHaveLength(2);
  });

  it('uses partitions that were added once their leaders are at work', async () => {
    const { partitions, world, chosen } = setUp();
    await partitions.confirm(['t']);
    world.failures = [new NoLeaderYet('t')];
    world.led = 8;
    expect(chosen(8)).toBe(3);
    expect(world.asked).toHaveLength(2);
    await expect.poll(() => chosen(8)).toBe(8);
    expect(world.asked).toHaveLength(3);
  });

  it('leaves the choice to kafkajs where it knows nothing, or more than there is', async () => {
    const { partitions, chosen } = setUp();
    expect(chosen(5)).toBe(5);
    await partitions.confirm(['t']);
    expect(chosen(2)).toBe(2);
  });
});
