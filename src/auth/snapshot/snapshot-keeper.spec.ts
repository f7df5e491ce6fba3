import { describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import { knownKey } from '../../../test/support/known-key.js';
import { type KnownKey } from '../keys/known-key.js';
import { type SnapshotFile } from './snapshot-file.js';
import { SnapshotKeeper } from './snapshot-keeper.js';

const LONG = 60_000;

/** A disk that can fail, and a state that changes. */
function aKeeper(betweenWrites = LONG) {
  const disk = { written: [] as number[], confirmed: [] as Date[], full: false };
  const file = {
    write: (keys: ReadonlyMap<string, KnownKey>) => {
      if (disk.full) return Promise.reject(new Error('ENOSPC'));
      disk.written.push(keys.size);
      return Promise.resolve();
    },
    confirm: (asOf: Date) => Promise.resolve(void disk.confirmed.push(asOf)),
  };
  const keys = new Map<string, KnownKey>();
  const asOf = new Date(1_000);
  const keeper = new SnapshotKeeper(file as unknown as SnapshotFile, () => ({ keys, asOf }), betweenWrites);
  const change = () => {
    keys.set(`hash-${keys.size}`, knownKey());
    keeper.save();
  };
  return { keeper, disk, change, asOf };
}

describe('SnapshotKeeper', () => {
  it('writes the first of many changes at once and the others together', async () => {
    const { keeper, disk, change } = aKeeper();
    for (let count = 0; count < 100; count += 1) change();
    expect(disk.written).toEqual([1]);
    await keeper.close();
    expect(disk.written).toEqual([1, 100]);
  });

  it('writes later changes when the pause is over', async () => {
    const { keeper, disk, change } = aKeeper(1);
    change();
    change();
    await eventually(() => expect(disk.written).toEqual([1, 2]));
    await keeper.close();
    expect(disk.written).toEqual([1, 2]);
  });

  it('ends although the disk is full, and tries once more', async () => {
    const { keeper, disk, change } = aKeeper();
    disk.full = true;
    change();
    await Promise.resolve();
    disk.full = false;
    await keeper.close();
    expect(disk.written).toEqual([1]);
  });

  it('does not end without end when the disk stays full', async () => {
    const { keeper, disk, change } = aKeeper();
    disk.full = true;
    change();
    await keeper.close();
    expect(disk.written).toEqual([]);
  });

  it('notes that nothing has changed only on what it has written', async () => {
    const { keeper, disk, change, asOf } = aKeeper();
    await keeper.confirm();
    expect(disk.confirmed).toEqual([]);
    change();
    await keeper.close();
    expect(disk.confirmed).toEqual([asOf]);
  });
});
