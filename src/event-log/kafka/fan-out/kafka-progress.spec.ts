import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LogUnavailable } from '../../append-errors.js';
import { PartitionFeed } from '../../shared/partition-feed.js';
import { type GroupOffsets } from '../admin/group-offsets.js';
import { KafkaProgress } from './kafka-progress.js';

const HOUR_MS = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** A group that has read partition 0 up to `committed`, with a log that ends at 100. */
async function aGroup(committed: bigint | null = 10n) {
  const commits: bigint[] = [];
  const broker = { refuses: false };
  const offsets = {
    read: () => Promise.resolve(new Map(committed === null ? [] : [[0, committed]])),
    bounds: () => Promise.resolve(new Map([[0, { low: 5n, high: 100n }]])),
    commit: (_group: string, _topic: string, positions: ReadonlyMap<number, bigint>) => {
      if (broker.refuses) return Promise.reject(new LogUnavailable('Kafka answers UNKNOWN_MEMBER_ID.'));
      commits.push(...positions.values());
      return Promise.resolve();
    },
  } as unknown as GroupOffsets;
  const progress = new KafkaProgress('group', offsets);
  const feed = new PartitionFeed('events', 0, 100n, () => Promise.reject(new Error('not read')));
  const starts = await progress.starts([feed]);
  return { progress, commits, broker, start: starts.get(0) };
}

describe('KafkaProgress', () => {
  it.each([
    { committed: 10n, start: 10n },
    { committed: null, start: 5n },
    { committed: 101n, start: 5n },
    { committed: 3n, start: 3n },
  ])('starts at $start when $committed is committed', async ({ committed, start }) => {
    expect((await aGroup(committed)).start).toBe(start);
  });

  it('has one commit in flight, and then commits the newest position only', async () => {
    const { progress, commits } = await aGroup();
    for (const next of [11n, 12n, 15n]) progress.moved('events', 0, next, false);
    await progress.settle('events');
    expect(commits).toEqual([11n, 15n]);
  });

  it('leaves an idle position to the sweep', async () => {
    const { progress, commits } = await aGroup();
    progress.moved('events', 0, 50n, true);
    expect(commits).toEqual([]);
    await progress.sweep();
    await progress.sweep();
    expect(commits).toEqual([50n]);
  });

  it('repeats a refused commit at the next sweep, and logs both edges once', async () => {
    const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const log = vi.spyOn(Logger.prototype, 'log').mockReturnValue();
    const { progress, commits, broker } = await aGroup();
    broker.refuses = true;
    progress.moved('events', 0, 20n, false);
    await progress.sweep();
    await progress.sweep();
    broker.refuses = false;
    await progress.sweep();
    expect(commits).toEqual([20n]);
    expect([warn.mock.calls.length, log.mock.calls.length]).toEqual([1, 1]);
  });

  it('commits an unchanged position again after an hour, and nothing of a topic that it has left', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { progress, commits } = await aGroup();
    await progress.sweep();
    vi.setSystemTime(Date.now() + HOUR_MS + 1);
    await progress.sweep();
    expect(commits).toEqual([10n]);
    await progress.settle('events');
    progress.moved('events', 0, 99n, false);
    vi.setSystemTime(Date.now() + HOUR_MS + 1);
    await progress.sweep();
    expect(commits).toEqual([10n]);
  });

  it('gives up the last commit after some tries', async () => {
    vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
    const { progress, commits, broker } = await aGroup();
    broker.refuses = true;
    progress.moved('events', 0, 20n, true);
    await progress.settle('events');
    expect(commits).toEqual([]);
  });
});
