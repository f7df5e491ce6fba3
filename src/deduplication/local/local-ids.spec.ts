import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LocalIds, type LocalIdsOptions } from './local-ids.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

const HOUR = 3_600_000;

describe('LocalIds', () => {
  let directory: string;
  let now: number;
  const opened: LocalIds[] = [];
  const open = async (options: Partial<LocalIdsOptions> = {}) => {
    const store = new LocalIds({
      directory: join(directory, 'ids'),
      windowMs: 24 * HOUR,
      maxBytes: 1e9,
      now: () => now,
      ...options,
    });
    await store.check();
    opened.push(store);
    return store;
  };
  const stateOf = async (store: LocalIds, id: Buffer) => (await store.claim([id]))[0];
  const files = () => readdir(join(directory, 'ids'));

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tributary-ids-'));
    now = Date.UTC(2026, 0, 1);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    await rm(directory, { recursive: true });
  });

  it('keeps confirmed ids over a restart, but no claims', async () => {
    const [confirmed, claimed] = [randomBytes(16), randomBytes(16)] as const;
    const first = await open();
    expect(await first.claim([confirmed, claimed])).toEqual(['claimed', 'claimed']);
    expect(await first.confirm([confirmed])).toBe(true);
    expect(await first.claim([confirmed, claimed])).toEqual(['confirmed', 'claimed']);
    const second = await open();
    expect(await second.claim([confirmed, claimed])).toEqual(['confirmed', 'claimed']);
  });

  it('keeps an id for the whole window, and at most a quarter more', async () => {
    const id = randomBytes(16);
    now += 5 * HOUR + 1;
    const store = await open();
    await store.confirm([id]);
    for (let hour = 0; hour <= 23; hour += 1) {
      expect(await stateOf(store, id)).toBe('confirmed');
      now += HOUR;
      await store.confirm([randomBytes(16)]);
    }
    now += 6 * HOUR;
    await store.confirm([randomBytes(16)]);
    expect(await stateOf(store, id)).toBe('claimed');
  });

  it('drops old generations as whole files, while it runs and at a start, and never has more than six', async () => {
    const store = await open();
    for (let hour = 0; hour < 100; hour += 1) {
      now += HOUR;
      await store.confirm([randomBytes(16)]);
      expect((await files()).length).toBeLessThanOrEqual(6);
    }
    now += 60 * HOUR;
    await open();
    expect(await files()).toHaveLength(1);
  });

  it('keeps ids that were written under a longer window for its own window', async () => {
    const id = randomBytes(16);
    await (await open({ windowMs: 96 * HOUR })).confirm([id]);
    now += 20 * HOUR;
    expect(await stateOf(await open({ windowMs: 24 * HOUR }), id)).toBe('confirmed');
    now += 60 * HOUR;
    expect(await stateOf(await open({ windowMs: 24 * HOUR }), id)).toBe('claimed');
  });

  it('ignores half an id at the end of a file', async () => {
    const [before, after] = [randomBytes(16), randomBytes(16)] as const;
    await (await open()).confirm([before]);
    const [name = ''] = await files();
    await appendFile(join(directory, 'ids', name), randomBytes(7));
    await (await open()).confirm([after]);
    expect(await (await open()).claim([before, after])).toEqual(['confirmed', 'confirmed']);
  });

  it('reports that it has no room, and keeps the ids it has', async () => {
    const known = randomBytes(16);
    const store = await open({ maxBytes: 70_000 });
    await store.confirm([known]);
    await store.confirm(Array.from({ length: 3_000 }, () => randomBytes(16)));
    const late = randomBytes(16);
    expect(await store.confirm([late])).toBe(false);
    expect(await store.claim([known, late])).toEqual(['confirmed', 'claimed']);
  });

  it('rejects while its folder cannot be read, and recovers afterwards', async () => {
    await appendFile(join(directory, 'ids'), 'a file where the folder should be');
    const store = new LocalIds({
      directory: join(directory, 'ids'),
      windowMs: HOUR,
      maxBytes: 1e9,
      now: () => now,
    });
    await expect(store.check()).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(store.claim([randomBytes(16)])).rejects.toMatchObject({ name: 'NotOpen' });
    await rm(join(directory, 'ids'));
    await store.check();
    expect(await store.claim([randomBytes(16)])).toEqual(['claimed']);
    await store.close();
  });
});
