import { describe, expect, it } from 'vitest';
import { LogUnavailable } from '../append-errors.js';
import { DiskWatch } from './disk-watch.js';
import { type LmdbStore } from './lmdb-store.js';

class FakeStore {
  works = false;
  reloads = 0;
  probe = () => (this.works ? Promise.resolve() : Promise.reject(new LogUnavailable('still')));
  reload = () => Promise.resolve(void (this.reloads += 1));
}

describe('DiskWatch', () => {
  const failure = new LogUnavailable('The local log cannot be written.');

  it('refuses everything after a failure, until a write has worked and memory was read again', async () => {
    const store = new FakeStore();
    const disk = new DiskWatch(store as unknown as LmdbStore);
    expect(() => disk.assertWell()).not.toThrow();
    expect(() => disk.failed(failure)).toThrow(failure);
    expect(() => disk.assertWell()).toThrow(failure.message);
    store.works = true;
    await expect.poll(() => disk.detail, { timeout: 3_000 }).toBeUndefined();
    expect(store.reloads).toBe(1);
    await disk.close();
  });

  it('stays closed, even in the middle of a recovery', async () => {
    const disk = new DiskWatch(new FakeStore() as unknown as LmdbStore);
    expect(() => disk.failed(failure)).toThrow(failure);
    await disk.close();
    expect(() => disk.assertWell()).toThrow(/closed/);
  });
});
