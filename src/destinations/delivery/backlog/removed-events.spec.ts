import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { backlogRemoved } from '../../../metrics/counters.js';
import { RemovedEvents } from './removed-events.js';

const total = async () => (await backlogRemoved.get()).values[0]?.value ?? 0;
const at = (partition: number, next: bigint, first: bigint) => ({
  ...{ topic: 't', partition, next, first, end: 1_000n },
});

let removed: RemovedEvents;
let before: number;
beforeEach(async () => {
  removed = new RemovedEvents();
  before = await total();
});
afterEach(() => vi.restoreAllMocks());

const counted = async () => (await total()) - before;

it('counts each removed record once, and logs a destination once until it has caught up', async () => {
  const error = vi.spyOn(Logger.prototype, 'error').mockReturnValue();
  removed.note('dst_1', [at(0, 10n, 10n), at(1, 7n, 0n)]);
  expect(await counted()).toBe(0);
  removed.note('dst_1', [at(0, 10n, 30n), at(1, 7n, 8n)]);
  removed.note('dst_1', [at(0, 10n, 30n), at(1, 7n, 8n)]);
  expect(await counted()).toBe(21);
  removed.note('dst_1', [at(0, 10n, 35n), at(1, 9n, 8n)]);
  expect(await counted()).toBe(26);
  expect(error.mock.calls).toEqual([[{ event: 'backlog.removed', destination: 'dst_1', records: 21 }]]);
  removed.note('dst_1', [at(0, 35n, 35n)]);
  removed.note('dst_1', [at(0, 35n, 36n)]);
  expect(await counted()).toBe(27);
  expect(error).toHaveBeenCalledTimes(2);
});

it('tells destinations apart, and forgets deleted ones', async () => {
  vi.spyOn(Logger.prototype, 'error').mockReturnValue();
  removed.note('dst_1', [at(0, 0n, 5n)]);
  removed.note('dst_2', [at(0, 0n, 5n)]);
  expect(await counted()).toBe(10);
  removed.keepOnly(new Map([['dst_2', new Date()]]));
  removed.note('dst_1', [at(0, 0n, 5n)]);
  removed.note('dst_2', [at(0, 0n, 5n)]);
  expect(await counted()).toBe(15);
});
