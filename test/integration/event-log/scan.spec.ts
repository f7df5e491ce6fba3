import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventLog } from '../../../src/event-log/event-log.js';
import { type OffsetRange, type ScanOptions } from '../../../src/event-log/reader.js';
import { eventually } from '../../support/eventually.js';
import { drivers, record, type Rig, soon } from './drivers.js';

const SLOW = 30_000;

describe.each(drivers)('a scan of $name', (driver) => {
  let rig: Rig;
  let log: EventLog;
  beforeEach(async () => {
    rig = await driver.rig();
    log = await rig.open();
  });
  afterEach(() => rig.dispose());

  /** Appends records of many keys, so that every partition has some. */
  const append = (name: string, count: number) =>
    log.append(
      Array.from({ length: count }, (_, index) => record(rig.topic, `key-${index}`, `${name}-${index}`)),
    );

  async function moment(): Promise<Date> {
    const time = soon();
    await eventually(() => expect(Date.now()).toBeGreaterThan(time.getTime()));
    return time;
  }

  async function between(from: Date, to: Date): Promise<OffsetRange[]> {
    const ends = new Map((await log.offsetsAt(rig.topic, to)).map((one) => [one.partition, one.offset]));
    const starts = await log.offsetsAt(rig.topic, from);
    return starts.map(({ partition, offset }) => ({ partition, from: offset, to: ends.get(partition)! }));
  }

  async function scan(ranges: readonly OffsetRange[], more: Partial<ScanOptions> = {}): Promise<string[]> {
    const found: string[] = [];
    await log.scan({
      topic: rig.topic,
      ranges,
      maxRecords: 7,
      onBatch: ({ records }) =>
        Promise.resolve(void found.push(...records.map(({ value }) => String(value)))),
      signal: new AbortController().signal,
      ...more,
    });
    return found;
  }

  it(
    'reads exactly the records between two times, at every scan',
    async () => {
      await append('before', 20);
      const from = await moment();
      await append('within', 40);
      const to = await moment();
      await append('after', 20);
      const ranges = await between(from, to);
      const wanted = Array.from({ length: 40 }, (_, index) => `within-${index}`).sort();
      const sizes: number[] = [];
      expect((await scan(ranges)).sort()).toEqual(wanted);
      const onBatch = ({ records }: { records: readonly unknown[] }) =>
        Promise.resolve(void sizes.push(records.length));
      await scan(ranges, { onBatch });
      expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(40);
      expect(Math.max(...sizes)).toBeLessThanOrEqual(7);
    },
    SLOW,
  );

  it('ends at once for empty ranges', async () => {
    await append('before', 5);
    const [from, to] = [await moment(), await moment()];
    expect(await scan(await between(from, to))).toEqual([]);
    expect(await scan([])).toEqual([]);
  });

  it(
    'has one batch in flight, and rejects with the error of onBatch',
    async () => {
      await append('one', 30);
      const ranges = await between(new Date(0), await moment());
      let [working, most] = [0, 0];
      const onBatch = async () => {
        most = Math.max(most, ++working);
        await sleep(20);
        working -= 1;
      };
      await scan(ranges, { onBatch });
      expect(most).toBe(1);
      const failure = new Error('enough');
      await expect(scan(ranges, { onBatch: () => Promise.reject(failure) })).rejects.toBe(failure);
    },
    SLOW,
  );

  it(
    'rejects when its signal aborts, after the in-flight batch',
    async () => {
      await append('one', 30);
      const stop = new AbortController();
      const finished: string[] = [];
      const onBatch = async () => {
        stop.abort(new Error('stop'));
        await sleep(100);
        finished.push('batch');
      };
      const ranges = await between(new Date(0), await moment());
      await expect(scan(ranges, { onBatch, signal: stop.signal })).rejects.toThrow('stop');
      expect(finished).toEqual(['batch']);
    },
    SLOW,
  );

  it('rejects when its signal aborts before the first batch', async () => {
    await append('one', 30);
    const ranges = await between(new Date(0), await moment());
    const stop = new AbortController();
    const scanning = scan(ranges, {
      signal: stop.signal,
      onBatch: () => new Promise((resolve) => setTimeout(resolve, 50)),
    });
    stop.abort(new Error('stop'));
    await expect(scanning).rejects.toThrow('stop');
  });

  it(
    'survives a batch that takes longer than a session of Kafka',
    async () => {
      await append('one', 12);
      let batches = 0;
      const onBatch = async () => {
        batches += 1;
        if (batches === 1) await sleep(8_000);
      };
      const ranges = await between(new Date(0), await moment());
      const records: number[] = [];
      await scan(ranges, {
        onBatch: async (batch) => {
          await onBatch();
          records.push(batch.records.length);
        },
      });
      expect(records.reduce((sum, size) => sum + size, 0)).toBe(12);
    },
    SLOW,
  );
});
