import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OrphanedGroups } from './orphaned-groups.js';

let groups: string[];
let isLoaded: boolean;
let orphaned: OrphanedGroups;
beforeEach(() => {
  vi.spyOn(Logger.prototype, 'log').mockReturnValue();
  groups = ['tributary.destination.dst_1', 'tributary.destination.dst_2', 'another'];
  isLoaded = true;
  const reader = {
    ownGroups: () => Promise.resolve([...groups]),
    deleteGroup: (group: string) => Promise.resolve(void (groups = groups.filter((one) => one !== group))),
  };
  const directory = {
    existing: () => new Map([['dst_2', new Date()]]),
    get isLoaded() {
      return isLoaded;
    },
  };
  orphaned = new OrphanedGroups(reader, directory);
});
afterEach(() => vi.restoreAllMocks());

it('deletes the groups of destinations that do not exist, and no other', async () => {
  await orphaned.delete();
  expect(groups).toEqual(['tributary.destination.dst_2', 'another']);
});

it('deletes nothing before the destinations are known', async () => {
  isLoaded = false;
  await orphaned.delete();
  expect(groups).toHaveLength(3);
  isLoaded = true;
  await orphaned.delete();
  expect(groups).toHaveLength(2);
});
