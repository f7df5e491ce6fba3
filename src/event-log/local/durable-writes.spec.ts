import { type RootDatabase } from 'lmdb';
import { describe, expect, it } from 'vitest';
import { LogUnavailable } from '../append-errors.js';
import { DurableWrites } from './durable-writes.js';

/** A promise and what settles it. */
class Deferred {
  resolve!: (value: boolean) => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<boolean>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** An environment whose transactions end when the test says so. */
class FakeEnvironment {
  readonly batches: Promise<boolean>[] = [];
  readonly committed = new Deferred();
  readonly flush = new Deferred();

  get flushed(): Promise<boolean> {
    return this.flush.promise;
  }

  batch(action: () => void): Promise<boolean> {
    action();
    this.batches.push(this.committed.promise);
    return this.committed.promise;
  }
}

function setUp(deadlineMs = 5_000) {
  const env = new FakeEnvironment();
  const writes = new DurableWrites(env as unknown as RootDatabase<Buffer>, deadlineMs);
  return { env, writes };
}

describe('DurableWrites', () => {
  it('makes one transaction of one turn, and resolves only when it is flushed', async () => {
    const { env, writes } = setUp();
    const done: string[] = [];
    const [first, second] = [writes.write(() => done.push('a')), writes.write(() => done.push('b'))];
    let durable = false;
    void Promise.all([first, second]).then(() => (durable = true));
    await expect.poll(() => env.batches).toHaveLength(1);
    expect(done).toEqual(['a', 'b']);
    env.committed.resolve(true);
    await env.committed.promise;
    await new Promise(setImmediate);
    expect(durable).toBe(false);
    env.flush.resolve(true);
    await first;
    await expect.poll(() => durable).toBe(true);
  });

  it('says why a commit failed', async () => {
    const { env, writes } = setUp();
    const written = writes.write(() => undefined).catch((reason: unknown) => reason);
    await expect.poll(() => env.batches).toHaveLength(1);
    const commitError = Promise.reject(new Error('No space left on device'));
    env.committed.reject(Object.assign(new Error('Commit failed'), { commitError }));
    const error = await written;
    expect(error).toBeInstanceOf(LogUnavailable);
    expect((error as LogUnavailable).cause).toMatchObject({ message: 'No space left on device' });
  });

  it('does not wait for a disk that hangs', async () => {
    const { env, writes } = setUp(20);
    env.committed.resolve(true);
    await expect(writes.write(() => undefined)).rejects.toThrow(/not confirmed a write within 20 ms/);
    await expect(writes.settle()).resolves.toBeUndefined();
  });

  it('fails the writes of a turn whose action throws', async () => {
    const { writes } = setUp();
    const thrown = writes.write(() => {
      throw new Error('unreadable');
    });
    await expect(thrown).rejects.toBeInstanceOf(LogUnavailable);
  });
});
