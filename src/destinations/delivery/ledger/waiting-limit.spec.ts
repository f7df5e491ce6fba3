import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadConfig } from '../../../config/load-config.js';
import { Gauges } from '../../../metrics/gauges.js';
import { type WorkspaceRoom } from '../quotas/workspace-room.js';
import { type RetryLedger } from './retry-ledger.js';
import { WaitingLimit } from './waiting-limit.js';

const DESTINATION = { id: 'dst_1', workspaceId: 'wsp_1' };

let rows: number | Error;
let room: number;
let counted: number;
let now: number;
let gauges: Gauges;
let limit: WaitingLimit;
beforeEach(() => {
  [rows, room, counted, now, gauges] = [0, Infinity, 0, 0, new Gauges()];
  for (const level of ['log', 'warn'] as const) vi.spyOn(Logger.prototype, level).mockReturnValue();
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const ledger = {
    countWaiting: () => {
      counted += 1;
      return rows instanceof Error ? Promise.reject(rows) : Promise.resolve(rows);
    },
  };
  const config = loadConfig({ WAITING_DELIVERIES_MAX: '10' });
  const workspace = { left: () => Promise.resolve(room) } as unknown as WorkspaceRoom;
  limit = new WaitingLimit(ledger as unknown as RetryLedger, workspace, config, gauges);
});
afterEach(() => vi.restoreAllMocks());

/** What the next question is answered once the count that this one starts has ended. */
async function isReached(afterMs = 0): Promise<boolean> {
  now += afterMs;
  limit.isReached(DESTINATION);
  await new Promise((resolve) => setImmediate(resolve));
  return limit.isReached(DESTINATION);
}

describe('WaitingLimit', () => {
  it('counts once at first, and again only for a destination with waiting deliveries', async () => {
    expect(await isReached()).toBe(false);
    expect(await isReached(60_000)).toBe(false);
    expect(counted).toBe(1);
    limit.added('dst_1', 3);
    rows = 4;
    expect(await isReached(60_000)).toBe(false);
    expect(counted).toBe(2);
  });

  it('is reached by rows that other workers have added, and until there are fewer', async () => {
    rows = 10;
    expect(await isReached()).toBe(true);
    expect(await gauges.registry.metrics()).toMatch(/^tributary_waiting_limits_reached 1$/m);
    rows = 9;
    expect(await isReached(499)).toBe(true);
    expect(await isReached(1)).toBe(false);
    expect(await gauges.registry.metrics()).toMatch(/^tributary_waiting_limits_reached 0$/m);
  });

  it('is reached by added rows at once, and by the count when those have ended meanwhile', async () => {
    await isReached();
    limit.added('dst_1', 10);
    expect(limit.isReached(DESTINATION)).toBe(true);
    rows = 2;
    expect(await isReached(500)).toBe(false);
  });

  it('is reached by the quota of the workspace, but not without a waiting delivery of its own', async () => {
    [rows, room] = [4, 0];
    expect(await isReached()).toBe(true);
    room = 3;
    expect(await isReached(500)).toBe(false);
    limit.added('dst_1', 3);
    expect(limit.isReached(DESTINATION)).toBe(true);
    [rows, room] = [0, 0];
    expect(await isReached(500)).toBe(false);
  });

  it('keeps its last count while Postgres is unavailable', async () => {
    rows = 10;
    expect(await isReached()).toBe(true);
    rows = new Error('away');
    expect(await isReached(500)).toBe(true);
    rows = 0;
    expect(await isReached(500)).toBe(false);
  });

  it('forgets deleted destinations', async () => {
    rows = 10;
    expect(await isReached()).toBe(true);
    limit.keepOnly(new Map());
    expect(limit.isReached(DESTINATION)).toBe(false);
  });
});
