import { describe, expect, it } from 'vitest';
import { LogUnavailable } from '../append-errors.js';
import { DiskHealth } from './disk-health.js';
import { type LmdbStore } from './lmdb-store.js';

class FakeStore {
  isWritable = false;
  reloads = 0;
  probe = () => (this.isWritable ? Promise.resolve() : Promise.reject(new LogUnavailable('still')));
  reload = () => Promise.resolve(void (this.reloads += 1));
}

describe('DiskHealth', () => {
  const failure = new LogUnavailable('The local log cannot be written.');

  it('refuses writes after a failure, until a probe is written and memory is reloaded', async () => {
    const store = new FakeStore();
    const disk = new DiskHealth(store as unknown as LmdbStore);
    expect(() => disk.assertWritable()).not.toThrow();
    expect(() => disk.writeFailed(failure)).toThrow(failure);
    expect(() => disk.assertWritable()).toThrow(failure.message);
    store.isWritable = true;
    await expect.poll(() => disk.detail, { timeout: 3_000 }).toBeUndefined();
    expect(store.reloads).toBe(1);
    await disk.close();
  });

  it('stays closed, even when it is closed during a recovery', async () => {
    const disk = new DiskHealth(new FakeStore() as unknown as LmdbStore);
    expect(() => disk.writeFailed(failure)).toThrow(failure);
    await disk.close();
    expect(() => disk.assertWritable()).toThrow(/closed/);
  });
});
