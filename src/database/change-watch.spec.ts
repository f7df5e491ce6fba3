import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { eventually } from '../../test/support/eventually.js';
import { ChangeWatch } from './change-watch.js';

/** A version counter that can be unreachable. */
class FakeDatabase {
  version = 1;
  polls = 0;
  away = false;

  query<T>(): Promise<T> {
    this.polls += 1;
    if (this.away) return Promise.reject(new Error('connection refused'));
    return Promise.resolve([{ version: String(this.version) }] as T);
  }

  /** Resolves after that many more polls. */
  async polled(times: number): Promise<void> {
    const until = this.polls + times;
    await eventually(() => {
      expect(this.polls).toBeGreaterThanOrEqual(until);
    });
  }
}

let database: FakeDatabase;
let changes: ChangeWatch;
let warn: MockInstance;

beforeEach(() => {
  warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
  vi.spyOn(Logger.prototype, 'log').mockReturnValue();
  database = new FakeDatabase();
  changes = new ChangeWatch(database, 1);
});

afterEach(async () => {
  await changes.onModuleDestroy();
  vi.restoreAllMocks();
});

describe('ChangeWatch', () => {
  it('reloads at once, and then only when the version has changed', async () => {
    let reloads = 0;
    await changes.watch(() => Promise.resolve(void (reloads += 1)));
    expect(reloads).toBe(1);
    await database.polled(3);
    expect(reloads).toBe(1);
    database.version = 2;
    await eventually(() => {
      expect(reloads).toBe(2);
    });
  });

  it('rejects when the first reload fails', async () => {
    await expect(changes.watch(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });

  it('reads the version before the rows, so that a change in between is loaded again', async () => {
    let reloads = 0;
    await changes.watch(() => {
      reloads += 1;
      if (reloads === 1) database.version += 1;
      return Promise.resolve();
    });
    await eventually(() => {
      expect(reloads).toBe(2);
    });
  });

  it('retries a failed reload, and logs the failure once', async () => {
    let reloads = 0;
    await changes.watch(() => {
      reloads += 1;
      return reloads > 1 && reloads < 5 ? Promise.reject(new Error('no')) : Promise.resolve();
    });
    database.version = 2;
    await eventually(() => {
      expect(reloads).toBe(5);
    });
    expect(warn).toHaveBeenCalledTimes(1);
    await database.polled(3);
    expect(reloads).toBe(5);
  });

  it('does not let a slow watcher delay another, and never runs one twice at a time', async () => {
    let slow = 0;
    let quick = 0;
    await changes.watch(() => ((slow += 1) === 1 ? Promise.resolve() : new Promise(() => undefined)));
    await changes.watch(() => Promise.resolve(void (quick += 1)));
    database.version = 2;
    await eventually(() => {
      expect([slow, quick]).toEqual([2, 2]);
    });
    database.version = 3;
    await eventually(() => {
      expect([slow, quick]).toEqual([2, 3]);
    });
  });

  it('logs an outage of the database once, and continues afterwards', async () => {
    let reloads = 0;
    await changes.watch(() => Promise.resolve(void (reloads += 1)));
    database.away = true;
    await database.polled(4);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(reloads).toBe(1);
    database.version = 2;
    database.away = false;
    await eventually(() => {
      expect(reloads).toBe(2);
    });
    database.away = true;
    await database.polled(3);
    expect(warn).toHaveBeenCalledTimes(2);
  });

  it('starts from another state when the first reload fails, and keeps retrying', async () => {
    let reloads = 0;
    const asOf = new Date(1_000);
    database.away = true;
    const reload = () => Promise.resolve(void (reloads += 1));
    await changes.watch(reload, () => Promise.resolve(asOf));
    expect(changes).toMatchObject({ isAway: true, freshAt: asOf });
    await database.polled(2);
    expect(reloads).toBe(0);
    database.away = false;
    await eventually(() => {
      expect(reloads).toBe(1);
    });
    expect(changes.isAway).toBe(false);
    expect(changes.freshAt?.getTime()).toBeGreaterThan(1_000);
  });

  it('rejects when there is no other state', async () => {
    const no = Promise.reject(new Error('no'));
    await expect(
      changes.watch(
        () => no,
        () => Promise.resolve(false),
      ),
    ).rejects.toThrow('no');
  });

  it('counts an unchanged state as fresh after each poll, but only while Postgres answers', async () => {
    await changes.watch(() => Promise.resolve());
    const first = changes.freshAt!;
    await eventually(() => {
      expect(changes.freshAt!.getTime()).toBeGreaterThan(first.getTime());
    });
    database.away = true;
    await eventually(() => {
      expect(changes.isAway).toBe(true);
    });
    const last = changes.freshAt!;
    await database.polled(3);
    expect(changes.freshAt).toEqual(last);
  });

  describe('refresh', () => {
    let loaded: number[];
    const load = () => Promise.resolve(void loaded.push(database.version));

    beforeEach(async () => {
      loaded = [];
      changes = new ChangeWatch(database, 60_000);
      await changes.watch(load);
    });

    it('loads changes made before the call, and nothing else', async () => {
      await changes.refresh();
      database.version = 2;
      await changes.refresh();
      expect(loaded).toEqual([1, 2]);
    });

    it('shares one poll between concurrent calls', async () => {
      const polls = database.polls;
      database.version = 2;
      await Promise.all([changes.refresh(), changes.refresh(), changes.refresh()]);
      expect(loaded).toEqual([1, 2]);
      expect(database.polls - polls).toBe(2);
    });

    it('does not rely on a poll that started before the change', async () => {
      const first = changes.refresh();
      await Promise.resolve();
      database.version = 2;
      await Promise.all([first, changes.refresh()]);
      expect(loaded.at(-1)).toBe(2);
    });

    it('waits for a reload in flight that may have read older rows, and reloads once more', async () => {
      let finish = (): void => undefined;
      const held = new Promise<void>((resolve) => (finish = resolve));
      let slow = 0;
      await changes.watch(() => ((slow += 1) === 2 ? held : Promise.resolve()));
      database.version = 2;
      const earlier = changes.refresh();
      await eventually(() => {
        expect(slow).toBe(2);
      });
      database.version = 3;
      const later = changes.refresh();
      finish();
      await Promise.all([earlier, later]);
      expect(slow).toBe(3);
    });

    it('resolves when Postgres is away or a reload fails', async () => {
      await changes.watch(() =>
        database.version === 1 ? Promise.resolve() : Promise.reject(new Error('no')),
      );
      database.version = 2;
      await changes.refresh();
      database.away = true;
      await changes.refresh();
      expect(loaded).toEqual([1, 2]);
    });
  });

  it('does not poll after it is stopped', async () => {
    await changes.watch(() => Promise.resolve());
    await database.polled(1);
    await changes.onModuleDestroy();
    const polls = database.polls;
    const fence = new ChangeWatch(database, 1);
    await fence.watch(() => Promise.resolve());
    await fence.onModuleDestroy();
    expect(database.polls).toBe(polls + 1);
  });
});
