import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lockDataDir } from '../../../src/database/embedded/data-dir-lock.js';
import { startChild } from '../../support/child.js';

const HOLD = join(import.meta.dirname, '../../support/hold-data-dir.ts');
let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tributary-lock-'));
});

afterAll(() => rm(dir, { recursive: true }));

describe('the lock of the data directory', () => {
  it('refuses a second process and is free again after kill -9 of the first', async () => {
    const first = await startChild(HOLD, [dir]);
    expect(first.line).toBe('held');
    const second = await startChild(HOLD, [dir]);
    expect(second.line).toContain(`The data directory ${dir} is in use by the process with id ${first.pid}`);
    await first.kill();
    await second.kill();
    const third = await startChild(HOLD, [dir]);
    expect(third.line).toBe('held');
    await third.kill();
    await (await lockDataDir(dir)).release();
  });
});
