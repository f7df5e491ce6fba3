import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalLog } from '../../../src/event-log/local/local-log.js';
import { startChild } from '../../support/child.js';
import { eventually } from '../../support/eventually.js';
import { read, ready } from './drivers.js';

const ROUNDS = 3;
const APPENDER = join(import.meta.dirname, '../../support/append-forever.ts');

describe('LocalLog after its process is killed', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'tributary-log-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('has every acknowledged record, every append whole, and offsets without gaps', async () => {
    const directory = join(folder, 'log');
    const file = join(folder, 'acknowledged');
    const acknowledged = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = acknowledged().length;
      const child = await startChild(APPENDER, [directory, file, String(round)]);
      await eventually(() => expect(acknowledged().length).toBeGreaterThan(before + 300 * (round + 1)));
      await child.kill();
    }

    const ids = acknowledged();
    const limits = { retentionMs: 3_600_000, maxBytes: 1_073_741_824, maxInFlightBytes: 67_108_864 };
    const log = await ready(new LocalLog({ directory, ...limits }));
    const [position] = await log.positions('group', ['events']);
    const reader = await read(log, 'group', ['events'], { maxRecords: 1_000 });
    await eventually(() => expect(reader.records).toHaveLength(Number(position!.end)));
    await log.close();

    const found = reader.values().map((value) => value.split(' ', 1)[0]!);
    const kept = new Set(found);
    expect(ids.filter((id) => !kept.has(id))).toEqual([]);
    expect(kept.size).toBe(found.length);
    expect(found.length % 3).toBe(0);
    expect(reader.records.map(({ offset }) => Number(offset))).toEqual(found.map((_, index) => index));
  });
});
