import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { FakeDeduplicationStore } from '../../test/support/fake-deduplication-store.js';
import { deduplicationSkipped } from '../metrics/counters.js';
import { Deduplication } from './deduplication.js';
import { GuardedStore } from './guarded-store.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

const messages = (...ids: string[]) => ids.map((messageId) => ({ messageId }));
const skipped = async () => (await deduplicationSkipped.get()).values[0]?.value ?? 0;

/** A log whose appends end when the test says so. */
class SlowLog {
  readonly ids: string[] = [];
  readonly appends: { readonly ids: string[]; finish(error?: Error): void }[] = [];

  readonly publish = (batch: readonly { messageId: string }[]) =>
    new Promise<void>((resolve, reject) => {
      const ids = batch.map(({ messageId }) => messageId);
      const open = new Set(ids);
      const finish = (error?: Error) => {
        if (error) reject(error);
        else this.ids.push(...open);
        open.clear();
        resolve();
      };
      this.appends.push({ ids, finish });
    });
}

describe('Deduplication', () => {
  let store: FakeDeduplicationStore;
  let deduplication: Deduplication;
  let log: string[];
  const publish = (batch: readonly { messageId: string }[]) => {
    log.push(...batch.map(({ messageId }) => messageId));
    return Promise.resolve();
  };

  beforeEach(() => {
    store = new FakeDeduplicationStore();
    deduplication = new Deduplication(new GuardedStore(store));
    log = [];
  });

  it('publishes what is new, in order and together, and nothing twice within one call', async () => {
    await deduplication.once('s1', messages('a', 'b', 'a', 'c', 'b'), publish);
    expect(log).toEqual(['a', 'b', 'c']);
    expect(store.asked).toEqual(['claim 3', 'confirm 3']);
  });

  it('publishes nothing of a later call that is known, and calls publish all the same', async () => {
    await deduplication.once('s1', messages('a', 'b'), publish);
    const batches: number[] = [];
    await deduplication.once('s1', messages('b', 'a'), (batch) =>
      Promise.resolve(void batches.push(batch.length)),
    );
    expect(batches).toEqual([0]);
  });

  it('tells sources apart', async () => {
    await deduplication.once('s1', messages('a'), publish);
    await deduplication.once('s2', messages('a'), publish);
    expect(log).toEqual(['a', 'a']);
  });

  it('confirms only what is durable, and only then lets the call end', async () => {
    const slow = new SlowLog();
    let ended = false;
    const call = deduplication.once('s1', messages('a'), slow.publish).then(() => (ended = true));
    await eventually(() => expect(slow.appends).toHaveLength(1));
    expect([...store.ids.values()]).toEqual(['pending']);
    slow.appends[0]!.finish();
    await call;
    expect(ended).toBe(true);
    expect([...store.ids.values()]).toEqual(['confirmed']);
  });

  it('gives the claim back when publishing fails, and throws the failure on', async () => {
    const failure = new Error('the log is away');
    await expect(deduplication.once('s1', messages('a'), () => Promise.reject(failure))).rejects.toBe(
      failure,
    );
    expect(store.ids.size).toBe(0);
    await deduplication.once('s1', messages('a'), publish);
    expect(log).toEqual(['a']);
  });

  it('makes a twin wait for the first copy, and a duplicate once that is durable', async () => {
    const slow = new SlowLog();
    const first = deduplication.once('s1', messages('a'), slow.publish);
    await eventually(() => expect(slow.appends).toHaveLength(1));
    let twinEnded = false;
    const twin = deduplication.once('s1', messages('a'), publish).then(() => (twinEnded = true));
    await new Promise(setImmediate);
    expect(twinEnded).toBe(false);
    slow.appends[0]!.finish();
    await Promise.all([first, twin]);
    expect([...slow.ids, ...log]).toEqual(['a']);
  });

  it('publishes one of the twins when the first copy fails', async () => {
    const slow = new SlowLog();
    const first = deduplication.once('s1', messages('a'), slow.publish);
    await eventually(() => expect(slow.appends).toHaveLength(1));
    const twins = [1, 2, 3].map(() => deduplication.once('s1', messages('a'), publish));
    slow.appends[0]!.finish(new Error('the log is away'));
    await expect(first).rejects.toThrow('away');
    await Promise.all(twins);
    expect(log).toEqual(['a']);
  });

  it('does not hold back the rest of a call while it waits, so that no two calls wait for each other', async () => {
    const slow = new SlowLog();
    const calls = [messages('x', 'a', 'b'), messages('b', 'c', 'a'), messages('c', 'x', 'd')].map((batch) =>
      deduplication.once('s1', batch, slow.publish),
    );
    await eventually(() => expect(slow.appends).toHaveLength(3));
    expect(slow.appends.map(({ ids }) => ids)).toEqual([['x', 'a', 'b'], ['c'], ['d']]);
    slow.appends[0]!.finish(new Error('the log is away'));
    await expect(calls[0]).rejects.toThrow('away');
    slow.appends[1]!.finish();
    slow.appends[2]!.finish();
    await eventually(() => {
      for (const append of slow.appends) append.finish();
      expect(slow.ids.toSorted()).toEqual(['a', 'b', 'c', 'd', 'x']);
    });
    await Promise.all(calls.slice(1));
  });

  describe('with several collectors on one store', () => {
    it('publishes one of the copies that race', async () => {
      const collectors = [1, 2, 3].map(() => new Deduplication(new GuardedStore(store)));
      await Promise.all(collectors.map((collector) => collector.once('s1', messages('a', 'b'), publish)));
      expect(log.toSorted()).toEqual(['a', 'b']);
    });

    it('publishes a copy whose twin at another collector failed', async () => {
      const slow = new SlowLog();
      const first = new Deduplication(new GuardedStore(store)).once('s1', messages('a'), slow.publish);
      await eventually(() => expect(slow.appends).toHaveLength(1));
      const twin = deduplication.once('s1', messages('a'), publish);
      slow.appends[0]!.finish(new Error('the log is away'));
      await expect(first).rejects.toThrow('away');
      await twin;
      expect(log).toEqual(['a']);
    });

    it('publishes a copy whose twin elsewhere says nothing for too long', async () => {
      const never = () => new Promise<void>(() => undefined);
      void new Deduplication(new GuardedStore(store)).once('s1', messages('a'), never);
      await deduplication.once('s1', messages('a'), publish);
      expect(log).toEqual(['a']);
      expect([...store.ids.values()]).toEqual(['confirmed']);
    });
  });

  describe('without its store', () => {
    it.each(['away', 'silent'] as const)(
      'publishes everything when it is %s, and counts it',
      async (state) => {
        const before = await skipped();
        store.state = state;
        await deduplication.once('s1', messages('a', 'b'), publish);
        await deduplication.once('s1', messages('a', 'a'), publish);
        expect(log).toEqual(['a', 'b', 'a']);
        expect((await skipped()) - before).toBe(3);
        await deduplication.close();
      },
    );

    it('asks it once in an outage, not for every call, and works again when it is back', async () => {
      store.state = 'silent';
      await deduplication.once('s1', messages('a'), publish);
      const started = performance.now();
      for (let call = 0; call < 100; call += 1) await deduplication.once('s1', messages('a'), publish);
      expect(performance.now() - started).toBeLessThan(store.limitMs * 4);
      expect(store.asked).toEqual(['claim 1']);
      store.state = 'well';
      await eventually(async () => {
        log = [];
        await deduplication.once('s1', messages('b'), publish);
        await deduplication.once('s1', messages('b'), publish);
        expect(log).toEqual([]);
      });
    });

    it('counts what it had no room for', async () => {
      const before = await skipped();
      store.hasRoom = false;
      await deduplication.once('s1', messages('a'), publish);
      expect((await skipped()) - before).toBe(1);
    });

    it('still lets one copy of a failed message pass', async () => {
      store.state = 'away';
      await expect(
        deduplication.once('s1', messages('a'), () => Promise.reject(new Error('log'))),
      ).rejects.toThrow('log');
      await deduplication.once('s1', messages('a'), publish);
      expect(log).toEqual(['a']);
      await deduplication.close();
    });
  });

  it('is off without a store: every copy passes', async () => {
    const off = new Deduplication(undefined);
    await off.once('s1', messages('a', 'a'), publish);
    expect(log).toEqual(['a', 'a']);
  });
});
