import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogUnavailable } from '../append-errors.js';
import { LocalLog } from './local-log.js';

const MIB = 1_048_576;

describe('the room of the local log', () => {
  let directory: string;
  let log: LocalLog;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tributary-log-'));
    log = new LocalLog({
      directory,
      retentionMs: 3_600_000,
      maxBytes: 4 * MIB,
      maxInFlightBytes: 64 * MIB,
    });
    await log.start();
    await log.fixPosition('group', ['events'], new Date(0));
  });
  afterEach(async () => {
    await log.close();
    await rm(directory, { recursive: true });
  });

  /** About 200 kB. */
  const append = (topic = 'events') =>
    log.append(Array.from({ length: 200 }, () => ({ topic, key: 'k', value: 'x'.repeat(900), headers: {} })));
  const fill = async () => {
    for (;;) await append();
  };
  const readAll = () =>
    log.consume({ group: 'group', topics: ['events'], maxRecords: 500, onBatch: () => Promise.resolve() });

  it('is what no group has to read, and a position tells how much its lag takes', async () => {
    await append('dead-letters');
    const before = log.room();
    await append();
    const room = log.room();
    expect(before).toMatchObject({ limit: 4 * MIB, unread: 0 });
    expect(before?.used).toBeGreaterThan(180_000);
    expect(room?.unread).toBe((room?.used ?? 0) - (before?.used ?? 0));
    const [position] = await log.positions('group', ['events']);
    expect(position).toMatchObject({ next: 0n, first: 0n, end: 200n, bytes: room?.unread });
    const [other] = await log.positions('group', ['dead-letters']);
    expect(other?.bytes).toBe(before?.used);
    await readAll();
    await expect.poll(() => log.room()?.unread).toBe(0);
  });

  it('is reported as used up before an append is refused, until there is room again', async () => {
    const seen: boolean[] = [];
    const fillWatched = async () => {
      for (;;) {
        seen.push(log.health().ready);
        await append();
      }
    };
    await expect(fillWatched()).rejects.toBeInstanceOf(LogUnavailable);
    expect([seen[0], seen.at(-1)]).toEqual([true, false]);
    expect(log.health().ready).toBe(false);
    expect(log.health().detail).toMatch(/no room left/);
    await readAll();
    await expect.poll(() => log.health().ready).toBe(true);
  });

  it('is made for an append that waits while a group reads', async () => {
    await expect(fill()).rejects.toBeInstanceOf(LogUnavailable);
    const waiting = append();
    await readAll();
    await expect(waiting).resolves.toBe('disk');
  });

  it('is never needed for records that no group reads, whose older ones are removed', async () => {
    await expect(fill()).rejects.toBeInstanceOf(LogUnavailable);
    for (let round = 0; round < 60; round += 1) await append('dead-letters');
    expect(log.room()?.used).toBeLessThan(5 * MIB);
    const [position] = await log.positions('unused', ['dead-letters']);
    expect(position?.end).toBe(12_000n);
    expect(position?.first).toBeGreaterThan(8_000n);
    expect((await log.positions('group', ['events']))[0]).toMatchObject({ first: 0n, next: 0n });
  });
});
