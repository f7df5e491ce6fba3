import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { FakeDeduplicationStore } from '../../test/support/fake-deduplication-store.js';
import { publishFresh } from '../../test/support/publish-fresh.js';
import { deduplicationSkipped } from '../metrics/counters.js';
import { Deduplication } from './deduplication.js';
import { GuardedStore } from './guarded-store.js';

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['log', 'error', 'warn']));

const messages = (...ids: string[]) => ids.map((messageId) => ({ messageId }));
const skipped = async () => (await deduplicationSkipped.get()).values[0]?.value ?? 0;

/** A log whose appends end when the test finishes them. */
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

  it('publishes new messages in order and together, and each id once within a call', async () => {
    await publishFresh(deduplication, 's1', messages('a', 'b', 'a', 'c', 'b'), publish);
    expect(log).toEqual(['a', 'b', 'c']);
    expect(store.requests).toEqual(['claim 3', 'confirm 3']);
  });

  it('gives a later call with known messages one empty claim', async () => {
    await publishFresh(deduplication, 's1', messages('a', 'b'), publish);
    const batches: number[] = [];
    await publishFresh(deduplication, 's1', messages('b', 'a'), (batch) =>
      Promise.resolve(void batches.push(batch.length)),
    );
    expect(batches).toEqual([0]);
  });

  it('keeps the ids of sources apart', async () => {
    await publishFresh(deduplication, 's1', messages('a'), publish);
    await publishFresh(deduplication, 's2', messages('a'), publish);
    expect(log).toEqual(['a', 'a']);
  });

  it('confirms durable messages only, before the call ends', async () => {
    const slow = new SlowLog();
    let ended = false;
    const call = publishFresh(deduplication, 's1', messages('a'), slow.publish).then(() => (ended = true));
    await eventually(() => expect(slow.appends).toHaveLength(1));
    expect([...store.ids.values()]).toEqual(['pending']);
    slow.appends[0]!.finish();
    await call;
    expect(ended).toBe(true);
    expect([...store.ids.values()]).toEqual(['confirmed']);
  });

  it('releases the claim when publishing fails', async () => {
    const failure = new Error('the log is away');
    await expect(
      publishFresh(deduplication, 's1', messages('a'), () => Promise.reject(failure)),
    ).rejects.toBe(failure);
    expect(store.ids.size).toBe(0);
    await publishFresh(deduplication, 's1', messages('a'), publish);
    expect(log).toEqual(['a']);
  });

  it('makes a second copy wait for the first one, and a duplicate after that is durable', async () => {
    const slow = new SlowLog();
    const first = publishFresh(deduplication, 's1', messages('a'), slow.publish);
    await eventually(() => expect(slow.appends).toHaveLength(1));
    let copyEnded = false;
    const copy = publishFresh(deduplication, 's1', messages('a'), publish).then(() => (copyEnded = true));
    await new Promise(setImmediate);
    expect(copyEnded).toBe(false);
    slow.appends[0]!.finish();
    await Promise.all([first, copy]);
    expect([...slow.ids, ...log]).toEqual(['a']);
  });

  it('publishes one of the waiting copies when the first one fails', async () => {
    const slow = new SlowLog();
    const first = publishFresh(deduplication, 's1', messages('a'), slow.publish);
    await eventually(() => expect(slow.appends).toHaveLength(1));
    const copies = [1, 2, 3].map(() => publishFresh(deduplication, 's1', messages('a'), publish));
    slow.appends[0]!.finish(new Error('the log is away'));
    await expect(first).rejects.toThrow('away');
    await Promise.all(copies);
    expect(log).toEqual(['a']);
  });

  it('publishes the rest of a call before it waits, so that no two calls wait for each other', async () => {
    const slow = new SlowLog();
    const calls = [messages('x', 'a', 'b'), messages('b', 'c', 'a'), messages('c', 'x', 'd')].map((batch) =>
      publishFresh(deduplication, 's1', batch, slow.publish),
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
    it('publishes one of several concurrent copies', async () => {
      const collectors = [1, 2, 3].map(() => new Deduplication(new GuardedStore(store)));
      await Promise.all(
        collectors.map((collector) => publishFresh(collector, 's1', messages('a', 'b'), publish)),
      );
      expect(log.toSorted()).toEqual(['a', 'b']);
    });

    it('publishes a copy after the one of another collector failed', async () => {
      const slow = new SlowLog();
      const first = publishFresh(
        new Deduplication(new GuardedStore(store)),
        's1',
        messages('a'),
        slow.publish,
      );
      await eventually(() => expect(slow.appends).toHaveLength(1));
      const copy = publishFresh(deduplication, 's1', messages('a'), publish);
      slow.appends[0]!.finish(new Error('the log is away'));
      await expect(first).rejects.toThrow('away');
      await copy;
      expect(log).toEqual(['a']);
    });

    it('publishes a copy when the one of another collector is overdue', async () => {
      const never = () => new Promise<void>(() => undefined);
      void publishFresh(new Deduplication(new GuardedStore(store)), 's1', messages('a'), never);
      await publishFresh(deduplication, 's1', messages('a'), publish);
      expect(log).toEqual(['a']);
      expect([...store.ids.values()]).toEqual(['confirmed']);
    });
  });

  describe('without an answer of its store', () => {
    it.each(['away', 'silent'] as const)(
      'publishes and counts every message when it is %s',
      async (state) => {
        const before = await skipped();
        store.state = state;
        await publishFresh(deduplication, 's1', messages('a', 'b'), publish);
        await publishFresh(deduplication, 's1', messages('a', 'a'), publish);
        expect(log).toEqual(['a', 'b', 'a']);
        expect((await skipped()) - before).toBe(3);
        await deduplication.close();
      },
    );

    it('sends it one request in an outage, not one per call, and recovers with it', async () => {
      store.state = 'silent';
      await publishFresh(deduplication, 's1', messages('a'), publish);
      const started = performance.now();
      for (let call = 0; call < 100; call += 1)
        await publishFresh(deduplication, 's1', messages('a'), publish);
      expect(performance.now() - started).toBeLessThan(store.limitMs * 4);
      expect(store.requests).toEqual(['claim 1']);
      store.state = 'well';
      await eventually(async () => {
        log = [];
        await publishFresh(deduplication, 's1', messages('b'), publish);
        await publishFresh(deduplication, 's1', messages('b'), publish);
        expect(log).toEqual([]);
      });
    });

    it('counts messages for which it had no room', async () => {
      const before = await skipped();
      store.hasRoom = false;
      await publishFresh(deduplication, 's1', messages('a'), publish);
      expect((await skipped()) - before).toBe(1);
    });

    it('still publishes the copy of a failed message', async () => {
      store.state = 'away';
      await expect(
        publishFresh(deduplication, 's1', messages('a'), () => Promise.reject(new Error('log'))),
      ).rejects.toThrow('log');
      await publishFresh(deduplication, 's1', messages('a'), publish);
      expect(log).toEqual(['a']);
      await deduplication.close();
    });
  });

  it('publishes every copy without a store', async () => {
    const off = new Deduplication(undefined);
    await publishFresh(off, 's1', messages('a', 'a'), publish);
    expect(log).toEqual(['a', 'a']);
  });
});
