import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EventLog } from '../../../src/event-log/event-log.js';
import { type ConsumeOptions, type StoredRecord, type Subscription } from '../../../src/event-log/reader.js';
import { PartitionFeed } from '../../../src/event-log/shared/partition-feed.js';
import { eventually } from '../../support/eventually.js';
import { drivers, read, record, type Rig, soon, uniqueName } from './drivers.js';

const LONG = 60_000;
const IDLE = 300;
const MIB = 1_048_576;

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
const numberOf = ({ value }: StoredRecord): number => Number.parseInt(value.toString());
/** A value of 10 kB that begins with its number. */
const large = (number: number): string => `${number} ${'x'.repeat(10_000)}`;

describe.each(drivers)('the shared reader of $name', (driver) => {
  let rig: Rig;
  let log: EventLog;
  let group: string;
  beforeEach(async () => {
    rig = await driver.rig();
    log = await rig.open();
    group = uniqueName('group');
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await rig.dispose();
  });

  const append = (values: readonly string[], source: string, key = 'k') =>
    log.append(values.map((value) => ({ ...record(rig.topic, key, value), headers: { source } })));
  const from = (source: string): Pick<ConsumeOptions, 'interest'> => ({
    interest: { header: 'source', wants: (value) => value === source },
  });
  const isAtEnd = async (of: string): Promise<boolean> =>
    (await log.positions(of, [rig.topic])).every(({ next, end }) => next === end);

  it(
    'reads each record once, calls no group that wants none, and brings all of them to the end',
    async () => {
      const appended = vi.spyOn(PartitionFeed.prototype, 'append');
      const calls: string[] = [];
      const idle = await Promise.all(
        numbers(IDLE).map(async (index) => {
          const name = `${group}-idle-${index}`;
          await log.fixPosition(name, [rig.topic], soon());
          const options = { ...from('quiet'), onBatch: () => Promise.resolve(void calls.push(name)) };
          return { name, ...(await read(log, name, [rig.topic], options)) };
        }),
      );
      const busy = await read(log, group, [rig.topic], from('loud'));
      await append(['warm-up'], 'loud');
      await eventually(() => expect(busy.values()).toEqual(['warm-up']));
      appended.mockClear();
      for (const number of numbers(20))
        await append(
          numbers(50).map((index) => `${number}-${index}`),
          'loud',
        );
      await eventually(() => expect(busy.records).toHaveLength(1_001));

      const arrived = appended.mock.calls.flatMap(([stretch]) => [...stretch.records]);
      expect(arrived).toHaveLength(1_000);
      expect(calls).toEqual([]);
      const last = idle.at(-1)!;
      await eventually(async () => expect(await isAtEnd(last.name)).toBe(true), 15_000);
      await Promise.all(idle.map(({ subscription }) => subscription.stop()));
      for (const { name } of idle.slice(0, 10)) expect(await isAtEnd(name)).toBe(true);
      await append(['for the quiet'], 'quiet');
      const late = await read(log, last.name, [rig.topic], from('quiet'));
      await eventually(() => expect(late.values()).toEqual(['for the quiet']));
    },
    LONG,
  );

  it(
    'lets a group that hangs delay no other, keeps none of its records in memory, and gives it all of them later',
    async () => {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      const [slow, fast]: [number[], number[]] = [[], []];
      const resumed: number[] = [];
      await read(log, `${group}-slow`, [rig.topic], {
        onBatch: async ({ records }) => {
          await held;
          slow.push(...records.map(numberOf));
        },
      });
      const paused = await read(log, `${group}-paused`, [rig.topic], {
        onBatch: ({ records }) => Promise.resolve(void resumed.push(...records.map(numberOf))),
      });
      paused.subscription.pause();
      await read(log, `${group}-fast`, [rig.topic], {
        onBatch: ({ records }) => Promise.resolve(void fast.push(...records.map(numberOf))),
      });
      // Three times what the window holds.
      for (const part of numbers(24)) await append(numbers(50, part * 50).map(large), 'loud');
      await eventually(() => expect(fast).toEqual(numbers(1_200)), 20_000);
      expect([slow, resumed]).toEqual([[], []]);
      release();
      paused.subscription.resume();
      await eventually(() => expect(slow).toEqual(numbers(1_200)), 20_000);
      await eventually(() => expect(resumed).toEqual(numbers(1_200)), 20_000);
      // Both are inside the window again.
      const load = vi.spyOn(PartitionFeed.prototype as unknown as { loaded(): unknown }, 'loaded');
      await append([large(1_200)], 'loud');
      await eventually(() =>
        expect([slow.at(-1), resumed.at(-1), fast.at(-1)]).toEqual([1_200, 1_200, 1_200]),
      );
      expect(load).not.toHaveBeenCalled();
    },
    LONG,
  );

  it(
    'reads once for all groups that catch up from the same place',
    async () => {
      for (const part of numbers(20)) await append(numbers(50, part * 50).map(large), 'loud');
      const load = vi.spyOn(
        PartitionFeed.prototype as unknown as { loadUntilClosed(): unknown },
        'loadUntilClosed',
      );
      const readers = await Promise.all(
        numbers(30).map((index) => read(log, `${group}-${index}`, [rig.topic], { maxBytes: MIB })),
      );
      await eventually(() => {
        for (const { records } of readers) expect(records.map(numberOf)).toEqual(numbers(1_000));
      }, 30_000);
      // 10 MB in reads of 1 MiB, by groups that may be a read apart.
      expect(load.mock.calls.length).toBeLessThan(60);
    },
    LONG,
  );

  it('moves no position past a wanted record that is not finished, however far the group has looked ahead', async () => {
    const seen: string[] = [];
    const reader = await read(log, group, [rig.topic], {
      ...from('mine'),
      onBatch: ({ records }) => {
        seen.push(...records.map(({ value }) => value.toString()));
        return Promise.reject(new Error('not now'));
      },
    });
    await append(['before'], 'other');
    await append(['wanted'], 'mine');
    await append(numbers(100).map(String), 'other');
    await eventually(() => expect(seen.length).toBeGreaterThan(1));
    expect(new Set(seen)).toEqual(new Set(['wanted']));
    await reader.subscription.stop();
    const positions = await log.positions(group, [rig.topic]);
    expect(positions.reduce((sum, { next }) => sum + next, 0n)).toBe(1n);
  });

  it('gives a group that is added later, without a new assignment of partitions, what came after its creation', async () => {
    const closed = vi.spyOn(PartitionFeed.prototype, 'close');
    const first = await read(log, group, [rig.topic]);
    await append(['before'], 'loud');
    await eventually(() => expect(first.values()).toEqual(['before']));
    const created = soon();
    await eventually(() => expect(Date.now()).toBeGreaterThan(created.getTime()));
    await append(['meanwhile'], 'loud');
    await log.fixPosition(`${group}-new`, [rig.topic], created);
    const second = await read(log, `${group}-new`, [rig.topic]);
    await eventually(() => expect(second.values()).toEqual(['meanwhile']));
    await append(['after'], 'loud');
    await eventually(() => expect(second.values()).toEqual(['meanwhile', 'after']));
    expect(first.values()).toEqual(['before', 'meanwhile', 'after']);
    expect(closed).not.toHaveBeenCalled();
  });

  it('passes no record that it may want later, and delivers those that it wants already', async () => {
    const wanted = new Set(['first']);
    let isFinal = false;
    const reader = await read(log, group, [rig.topic], {
      interest: { header: 'source', wants: (value) => wanted.has(value), isFinal: () => isFinal },
    });
    await append(['1'], 'first');
    await eventually(() => expect(reader.values()).toEqual(['1']));
    await append(['2'], 'second');
    await append(['3'], 'first');
    const witness = await read(log, `${group}-witness`, [rig.topic]);
    await eventually(() => expect(witness.values()).toEqual(['1', '2', '3']));
    expect(reader.values()).toEqual(['1']);
    wanted.add('second');
    await eventually(() => expect(reader.values()).toEqual(['1', '2', '3']));
    await append(['4'], 'never');
    await append(['5'], 'first');
    isFinal = true;
    await eventually(() => expect(reader.values()).toEqual(['1', '2', '3', '5']));
  });

  it('delivers one batch of a partition at a time', async () => {
    const busy = new Set<number>();
    const overlaps: number[] = [];
    const subscription: Subscription = await log.consume({
      group,
      topics: [rig.topic],
      maxRecords: 1,
      onBatch: async ({ partition }) => {
        if (busy.has(partition)) overlaps.push(partition);
        busy.add(partition);
        await new Promise((resolve) => setTimeout(resolve, 5));
        busy.delete(partition);
      },
    });
    await log.append(numbers(60).map((key) => record(rig.topic, `key-${key}`, 'v')));
    await eventually(async () => expect(await isAtEnd(group)).toBe(true), 15_000);
    expect(overlaps).toEqual([]);
    await subscription.stop();
  });
});
