import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogOverloaded, LogUnavailable } from '../../../src/event-log/append-errors.js';
import { type EventLog } from '../../../src/event-log/event-log.js';
import { BatchLeft, BatchPostponed } from '../../../src/event-log/reader.js';
import { eventually } from '../../support/eventually.js';
import { drivers, read, record, type Rig, soon, uniqueName } from './drivers.js';

describe.each(drivers)('$name', (driver) => {
  let rig: Rig;
  let log: EventLog;
  let group: string;
  beforeEach(async () => {
    rig = await driver.rig();
    log = await rig.open();
    group = uniqueName('group');
  });
  afterEach(() => rig.dispose());

  const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);
  const append = (values: readonly (string | number)[], key = 'k') =>
    log.append(values.map((value) => record(rig.topic, key, String(value))));

  it('keeps key, value, headers and order', async () => {
    const before = Date.now();
    const records = [
      {
        topic: rig.topic,
        key: 'ü:1',
        value: '{"name":"Zoë 🚀","n":1.5}',
        headers: { type: 'track', note: 'ä✓' },
      },
      { topic: rig.topic, key: 'ü:1', value: Buffer.from([0, 255, 10, 13, 128]), headers: {} },
      { topic: rig.otherTopic, key: 'other', value: '', headers: { empty: '' } },
    ];
    await log.append(records);
    const reader = await read(log, group, [rig.topic, rig.otherTopic]);
    await eventually(() => expect(reader.records).toHaveLength(3));
    const got = reader.records.map(({ topic, key, value, headers }) => ({ topic, key, value, headers }));
    const sent = records.map((one) => ({ ...one, value: Buffer.from(one.value) }));
    expect(got.filter(({ topic }) => topic === rig.topic)).toEqual(sent.slice(0, 2));
    expect(got.filter(({ topic }) => topic === rig.otherTopic)).toEqual(sent.slice(2));
    for (const { timestamp } of reader.records) expect(timestamp).toBeGreaterThanOrEqual(before - 1);
  });

  it('redelivers a postponed batch after its wait, with records appended meanwhile, and logs no failure', async () => {
    await append([1, 2, 3]);
    const batches: { values: string[]; at: number }[] = [];
    const reader = await read(log, group, [rig.topic], {
      onBatch: ({ records }, { finished }) => {
        const values = records.map(({ value }) => value.toString());
        batches.push({ values, at: performance.now() });
        if (values.includes('4')) return Promise.resolve();
        if (values[0] === '1') finished(records[0]!.offset);
        return Promise.reject(new BatchPostponed(300));
      },
    });
    await eventually(() => expect(batches).toHaveLength(1));
    await append([4]);
    await eventually(() => expect(batches.at(-1)?.values).toEqual(['2', '3', '4']));
    expect(batches[0]!.values).toEqual(['1', '2', '3']);
    expect(batches[1]!.at - batches[0]!.at).toBeGreaterThanOrEqual(290);
    await eventually(async () => {
      const positions = await log.positions(group, [rig.topic]);
      expect(positions.every(({ next, end }) => next === end)).toBe(true);
    });
    await reader.subscription.stop();
  });

  it('redelivers what is not marked finished of a batch left on purpose, and logs no failure', async () => {
    await append([1, 2, 3]);
    const lines: unknown[] = [];
    const ignore = () => undefined;
    Logger.overrideLogger({
      log: ignore,
      error: ignore,
      warn: (line) => lines.push(line),
      debug: (line) => lines.push(line),
    });
    try {
      const batches: string[][] = [];
      await read(log, group, [rig.topic], {
        onBatch: ({ records }, { finished }) => {
          batches.push(records.map(({ value }) => value.toString()));
          if (batches.length > 1) return Promise.resolve();
          finished(records[0]!.offset);
          return Promise.reject(new BatchLeft('the destination is paused'));
        },
      });
      await eventually(() =>
        expect(batches).toEqual([
          ['1', '2', '3'],
          ['2', '3'],
        ]),
      );
    } finally {
      Logger.overrideLogger(false);
    }
    const left = { event: 'batch.left', group, topic: rig.topic, reason: 'the destination is paused' };
    expect(lines).toContainEqual(expect.objectContaining(left));
    expect(lines).not.toContainEqual(expect.objectContaining({ event: 'batch.failed', group }));
  });

  it('logs a batch that fails, with class and message of the error', async () => {
    await append([1]);
    const lines: unknown[] = [];
    const ignore = () => undefined;
    Logger.overrideLogger({ log: ignore, error: ignore, warn: (line) => lines.push(line) });
    try {
      let failures = 0;
      await read(log, group, [rig.topic], {
        onBatch: () => (failures++ === 0 ? Promise.reject(new TypeError('no number')) : Promise.resolve()),
      });
      const failed = { event: 'batch.failed', group, topic: rig.topic, reason: 'TypeError: no number' };
      await eventually(() => expect(lines).toContainEqual(expect.objectContaining(failed)));
    } finally {
      Logger.overrideLogger(false);
    }
  });

  it('accepts an empty append', async () => {
    await expect(log.append([])).resolves.toBe(driver.durability);
  });

  it('reports which durability an append reached', async () => {
    await expect(append([1])).resolves.toBe(driver.durability);
  });

  it('keeps a record of 1 MB whole', async () => {
    const value = Buffer.alloc(1_000_000, 'x');
    await log.append([record(rig.topic, 'big', value), record(rig.topic, 'small', 'y')]);
    const reader = await read(log, group, [rig.topic]);
    await eventually(() => expect(reader.records).toHaveLength(2));
    expect(reader.records.find(({ key }) => key === 'big')?.value.equals(value)).toBe(true);
  });

  it('keeps many concurrent appends, and the order within each key', async () => {
    const keys = numbers(20).map((key) => `key-${key}`);
    await Promise.all(
      numbers(50).flatMap((value) => keys.map((key) => log.append([record(rig.topic, key, String(value))]))),
    );
    const reader = await read(log, group, [rig.topic]);
    await eventually(() => expect(reader.records).toHaveLength(1_000));
    for (const key of keys) {
      const values = reader.records
        .filter((one) => one.key === key)
        .map(({ value }) => Number(value.toString()));
      expect(values).toEqual(numbers(50));
    }
  });

  it('accepts an append larger than one send', async () => {
    const value = 'x'.repeat(100_000);
    await log.append(numbers(30).map((index) => record(rig.topic, 'k', `${index}:${value}`)));
    const reader = await read(log, group, [rig.topic]);
    await eventually(() => expect(reader.records).toHaveLength(30));
    expect(reader.values().map((text) => Number.parseInt(text))).toEqual(numbers(30));
  });

  it('delivers everything to every group, even beside one that always fails', async () => {
    const failing = await read(log, uniqueName('failing'), [rig.topic], {
      onBatch: () => Promise.reject(new Error('always')),
    });
    const readers = [await read(log, group, [rig.topic]), await read(log, `${group}-2`, [rig.topic])];
    await append(numbers(10));
    await eventually(() => {
      for (const reader of readers) expect(reader.values()).toEqual(numbers(10).map(String));
    });
    expect(failing.records).toEqual([]);
  });

  it('keeps the limit of records per batch', async () => {
    await append(numbers(25));
    const sizes: number[] = [];
    await read(log, group, [rig.topic], {
      maxRecords: 10,
      onBatch: ({ records }) => Promise.resolve(void sizes.push(records.length)),
    });
    await eventually(() => expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(25));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
  });

  it('fills a batch up to the requested size', async () => {
    const text = 'x'.repeat(30_000);
    for (let call = 0; call < 4; call += 1) await append(Array.from({ length: 25 }, () => text));
    const sizes: number[] = [];
    await read(log, group, [rig.topic], {
      ...{ maxRecords: 1_000, maxBytes: 4 * 1_048_576 },
      onBatch: ({ records }) => Promise.resolve(void sizes.push(records.length)),
    });
    await eventually(() => expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100));
    expect(Math.max(...sizes)).toBe(100);
  });

  it('delivers an append to an idle group well within a second', async () => {
    const reader = await read(log, group, [rig.topic]);
    await append(['warm-up']);
    await eventually(() => expect(reader.records).toHaveLength(1));
    await append(['now']);
    await eventually(() => expect(reader.records).toHaveLength(2), 700);
  });

  it('reads from a fixed position, which later calls do not move', async () => {
    await append(['before']);
    await log.fixPosition(group, [rig.topic], soon());
    await append(['after']);
    await log.fixPosition(group, [rig.topic], soon());
    const reader = await read(log, group, [rig.topic]);
    await append(['fence']);
    await eventually(() => expect(reader.values()).toEqual(['after', 'fence']));
  });

  it('fixes a position at the given time, however late the call is', async () => {
    await append(['before']);
    const connected = soon();
    await eventually(() => expect(Date.now()).toBeGreaterThan(connected.getTime()));
    await append(['meanwhile']);
    await log.fixPosition(group, [rig.topic], connected);
    const reader = await read(log, group, [rig.topic]);
    await append(['fence']);
    await eventually(() => expect(reader.values()).toEqual(['meanwhile', 'fence']));
  });

  it('continues after a restart behind the finished records', async () => {
    await append(numbers(5));
    const first = await read(log, group, [rig.topic]);
    await eventually(() => expect(first.records).toHaveLength(5));
    await first.subscription.stop();
    await log.close();
    log = await rig.open();
    await append(['fence']);
    const second = await read(log, group, [rig.topic]);
    await eventually(() => expect(second.values()).toEqual(['fence']));
  });

  it('redelivers what is not marked finished when onBatch throws', async () => {
    await append(numbers(5));
    const batches: number[][] = [];
    await read(log, group, [rig.topic], {
      onBatch: ({ records }, control) => {
        batches.push(records.map(({ value }) => Number(value.toString())));
        if (batches.length > 1) return Promise.resolve();
        control.finished(records[2]!.offset);
        return Promise.reject(new Error('first time'));
      },
    });
    await eventually(() => expect(batches).toEqual([numbers(5), [3, 4]]));
    const [position] = (await log.positions(group, [rig.topic])).filter(({ end }) => end > 0n);
    await eventually(async () => {
      const found = (await log.positions(group, [rig.topic])).find(({ end }) => end > 0n);
      expect(found).toMatchObject({ partition: position!.partition, next: 5n, end: 5n });
    });
  });

  it('does not redeliver finished records after a stop in the middle of a batch', async () => {
    await append(numbers(5));
    let started = false;
    const first = await read(log, group, [rig.topic], {
      onBatch: async ({ records }, { finished, signal }) => {
        finished(records[1]!.offset);
        started = true;
        await new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new Error('aborted'))),
        );
      },
    });
    await eventually(() => expect(started).toBe(true));
    await first.subscription.stop();
    const second = await read(log, group, [rig.topic]);
    await eventually(() => expect(second.values()).toEqual(['2', '3', '4']));
  });

  it('pauses and resumes', async () => {
    const reader = await read(log, group, [rig.topic]);
    const witness = await read(log, `${group}-witness`, [rig.topic]);
    await append(['one']);
    await eventually(() => expect(reader.values()).toEqual(['one']));
    reader.subscription.pause();
    await append(['two']);
    await eventually(() => expect(witness.values()).toEqual(['one', 'two']));
    await append(['three']);
    await eventually(() => expect(witness.values()).toHaveLength(3));
    expect(reader.values()).toEqual(['one']);
    reader.subscription.resume();
    await eventually(() => expect(reader.values()).toEqual(['one', 'two', 'three']));
  });

  it('reports positions, and deletes those of a group', async () => {
    await append(numbers(3));
    await log.fixPosition(group, [rig.topic], soon());
    await append([3]);
    const sum = async (of: string) => {
      const found = await log.positions(of, [rig.topic]);
      return {
        next: found.reduce((all, p) => all + p.next, 0n),
        end: found.reduce((all, p) => all + p.end, 0n),
      };
    };
    expect(await sum(group)).toEqual({ next: 3n, end: 4n });
    expect(await sum('unknown')).toEqual({ next: 0n, end: 4n });
    await log.deleteGroup(group);
    await log.deleteGroup(group);
    expect(await sum(group)).toEqual({ next: 0n, end: 4n });
  });

  it('finds offsets by time', async () => {
    await append(['early']);
    const appended = Date.now();
    await eventually(() => expect(Date.now()).toBeGreaterThan(appended));
    const middle = new Date();
    await eventually(() => expect(Date.now()).toBeGreaterThan(middle.getTime()));
    await append(['late', 'later']);
    const at = async (time: Date) =>
      (await log.offsetsAt(rig.topic, time)).reduce((sum, { offset }) => sum + offset, 0n);
    expect(await at(new Date(0))).toBe(0n);
    expect(await at(middle)).toBe(1n);
    expect(await at(new Date(Date.now() + 3_600_000))).toBe(3n);
  });

  it('refuses an append above the memory limit, and accepts it later', async () => {
    await log.close();
    const small = await rig.open({ maxInFlightBytes: 1_000 });
    const one = () => small.append([record(rig.topic, 'k', 'x'.repeat(600))]);
    const results = await Promise.allSettled([one(), one(), one()]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect((results[1] as PromiseRejectedResult).reason).toBeInstanceOf(LogOverloaded);
    await expect(one()).resolves.toBe(driver.durability);
  });

  it('refuses appends after it is closed', async () => {
    await log.close();
    expect(log.health().ready).toBe(false);
    await expect(append(['late'])).rejects.toBeInstanceOf(LogUnavailable);
  });
});
