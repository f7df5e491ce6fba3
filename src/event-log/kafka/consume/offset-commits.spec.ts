import { describe, expect, it } from 'vitest';
import { OffsetCommits } from './offset-commits.js';

describe('OffsetCommits', () => {
  it('commits one at a time, and then only the newest', async () => {
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

  it('tries once more at the end, and then says that it failed', async () => {
    let attempts = 0;
    const commits = new OffsetCommits(() => {
      attempts += 1;
      return Promise.reject(new Error('away'));
    });
    commits.advance(1n);
    await expect(commits.settle()).rejects.toThrow('away');
    expect(attempts).toBe(2);
  });

  it('has nothing to do when nothing was finished', async () => {
    const commits = new OffsetCommits(() => Promise.reject(new Error('never called')));
    await expect(commits.settle()).resolves.toBeUndefined();
  });
});
