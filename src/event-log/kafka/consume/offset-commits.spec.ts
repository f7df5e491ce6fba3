import { describe, expect, it } from 'vitest';
import { OffsetCommits } from './offset-commits.js';

describe('OffsetCommits', () => {
  it('has one commit in flight, and then commits the newest position only', async () => {
    const committed: bigint[] = [];
    const commits = new OffsetCommits(async (next) => {
      committed.push(next);
      await Promise.resolve();
    });
    for (const next of [1n, 2n, 5n, 3n]) commits.advance(next);
    await commits.settle();
    expect(committed).toEqual([1n, 5n]);
    expect(commits.position).toBe(5n);
  });

  it('retries a failed commit at the end, and rejects when that fails too', async () => {
    let attempts = 0;
    const commits = new OffsetCommits(() => {
      attempts += 1;
      return Promise.reject(new Error('away'));
    });
    commits.advance(1n);
    await expect(commits.settle()).rejects.toThrow('away');
    expect(attempts).toBe(2);
  });

  it('commits nothing when no record is finished', async () => {
    const commits = new OffsetCommits(() => Promise.reject(new Error('never called')));
    await expect(commits.settle()).resolves.toBeUndefined();
  });
});
