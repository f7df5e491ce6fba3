import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogUnavailable } from '../append-errors.js';
import { LocalLog, type LocalLogOptions } from './local-log.js';

const MIB = 1_048_576;
const HOUR_MS = 3_600_000;

describe('LocalLog', () => {
  let directory: string;
  let opened: LocalLog[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tributary-log-'));
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((log) => log.close()));
    await rm(directory, { recursive: true });
  });

  async function open(options: Partial<LocalLogOptions> = {}): Promise<LocalLog> {
    const log = new LocalLog({
      directory,
      retentionMs: HOUR_MS,
      maxBytes: 64 * MIB,
      maxInFlightBytes: 64 * MIB,
      retentionIntervalMs: 5,
      ...options,
    });
    opened.push(log);
    await log.start();
    return log;
  }

  const append = (log: LocalLog, count: number, bytes = 100) =>
    log.append(
      Array.from({ length: count }, () => ({ topic: 't', key: 'k', value: 'x'.repeat(bytes), headers: {} })),
    );
  const first = async (log: LocalLog) => (await log.offsetsAt('t', new Date(0)))[0]?.offset;
  const end = async (log: LocalLog) => (await log.positions('unused', ['t']))[0]?.end;

  it('removes records that are too old, but never the newest, so that no offset is used twice', async () => {
    const log = await open({ retentionMs: -1 });
    await append(log, 5);
    await expect.poll(() => first(log)).toBe(4n);
    await log.close();
    const reopened = await open();
    expect(await end(reopened)).toBe(5n);
    await append(reopened, 1);
    expect(await end(reopened)).toBe(6n);
  });

  it('keeps records that a group has not read yet, however old', async () => {
    const log = await open({ retentionMs: -1, retentionIntervalMs: HOUR_MS });
    await append(log, 3);
    await log.fixPosition('group', ['t'], new Date(Date.now() + 1));
    await append(log, 5);
    await log.close();
    const reopened = await open({ retentionMs: -1 });
    await expect.poll(() => first(reopened)).toBe(3n);
    await reopened.deleteGroup('group');
    await expect.poll(() => first(reopened)).toBe(7n);
  });

  it('makes room by removing the oldest records when it is full', async () => {
    const log = await open({ maxBytes: MIB });
    for (let round = 0; round < 40; round += 1) await append(log, 100, 900);
    expect(await end(log)).toBe(4_000n);
    expect(await first(log)).toBeGreaterThan(2_000n);
  });

  it('refuses appends when it is full of unread records, loses none, and accepts again after they are read', async () => {
    const log = await open({ maxBytes: MIB });
    await log.fixPosition('group', ['t'], new Date(Date.now() + 1));
    let accepted = 0;
    const fill = async () => {
      for (;;) {
        await append(log, 10, 5_000);
        accepted += 10;
      }
    };
    await expect(fill()).rejects.toBeInstanceOf(LogUnavailable);
    expect(log.health().detail).toMatch(/no room left/);
    expect(await end(log)).toBe(BigInt(accepted));

    let received = 0;
    await log.consume({
      group: 'group',
      topics: ['t'],
      maxRecords: 50,
      onBatch: ({ records }) => Promise.resolve(void (received += records.length)),
    });
    await expect.poll(() => received).toBe(accepted);
    await expect.poll(() => log.health()).toEqual({ ready: true });
    await expect.poll(() => append(log, 10, 5_000)).toBe('disk');
  });

  it('delivers at most about 4 MB in one batch', async () => {
    const log = await open();
    await append(log, 10, MIB);
    const sizes: number[] = [];
    await log.consume({
      group: 'group',
      topics: ['t'],
      maxRecords: 100,
      maxBytes: 4 * MIB,
      onBatch: ({ records }) => Promise.resolve(void sizes.push(records.length)),
    });
    await expect.poll(() => sizes).toEqual([4, 4, 2]);
  });

  it('allows one running consumer per group', async () => {
    const log = await open();
    const options = { group: 'group', topics: ['t'], maxRecords: 1, onBatch: () => Promise.resolve() };
    const subscription = await log.consume(options);
    await expect(log.consume(options)).rejects.toThrow(/already/);
    await expect(log.deleteGroup('group')).rejects.toThrow(/already/);
    await subscription.stop();
    await expect(log.consume(options)).resolves.toBeDefined();
  });

  it('delivers every record once while appends and removals overlap', async () => {
    const log = await open({ maxBytes: MIB });
    const offsets: bigint[] = [];
    await log.consume({
      group: 'group',
      topics: ['t'],
      maxRecords: 7,
      onBatch: ({ records }) => Promise.resolve(void offsets.push(...records.map(({ offset }) => offset))),
    });
    for (let round = 0; round < 60; round += 1)
      await expect.poll(() => append(log, 50, 900), { interval: 1 }).toBe('disk');
    await expect.poll(() => offsets).toEqual(Array.from({ length: 3_000 }, (_, index) => BigInt(index)));
  });
});
