import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RootDatabase } from 'lmdb';
import { describe, expect, it } from 'vitest';
import { LogUnavailable } from '../append-errors.js';
import { DurableWrites } from './durable-writes.js';

/** A promise with the functions that settle it. */
class Deferred {
  resolve!: (value: boolean) => void;
  reject!: (error: Error) => void;
  readonly promise = new Promise<boolean>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });
}

/** An environment whose transactions end when the test settles them. */
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
  it('commits the writes of one turn in one transaction, and resolves only after its flush', async () => {
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

  it('rejects with the cause of a failed commit', async () => {
    const { env, writes } = setUp();
    const written = writes.write(() => undefined).catch((reason: unknown) => reason);
    await expect.poll(() => env.batches).toHaveLength(1);
    const commitError = Promise.reject(new Error('No space left on device'));
    env.committed.reject(Object.assign(new Error('Commit failed'), { commitError }));
    const error = await written;
    expect(error).toBeInstanceOf(LogUnavailable);
    expect((error as LogUnavailable).cause).toMatchObject({ message: 'No space left on device' });
  });

  it('rejects at the deadline when the disk hangs', async () => {
    const { env, writes } = setUp(20);
    env.committed.resolve(true);
    await expect(writes.write(() => undefined)).rejects.toThrow(/not confirmed a write within 20 ms/);
    await expect(writes.settle()).resolves.toBeUndefined();
  });

  it('rejects the writes of a turn in which an action throws', async () => {
    const { writes } = setUp();
    const thrown = writes.write(() => {
      throw new Error('unreadable');
    });
    await expect(thrown).rejects.toBeInstanceOf(LogUnavailable);
  });
});

/** Writes 4 MB into an environment and prints the cause of the failed commit. */
const FILL = `
import { open } from 'lmdb';
const env = open({ path: process.argv[1], encoding: 'binary', overlappingSync: true, eventTurnBatching: false });
const fill = () => { for (let key = 0; key < 2_000; key += 1) env.put(key, Buffer.alloc(2_000)); };
const error = await env.batch(fill).then(() => 'committed', (reason) => reason);
console.log(error.commitError instanceof Promise ? await error.commitError.catch(({ message }) => message) : error);
process.exit();`;

describe('internals of lmdb, to be checked at an upgrade', () => {
  it('gives a failed commit its cause as the promise `commitError`', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tributary-lmdb-'));
    // A limit on file sizes stands in for a full disk.
    const limited = `trap '' XFSZ; ulimit -f 2048; exec "$0" --input-type=module -e "$1" "$2"`;
    const { stdout } = await promisify(execFile)('sh', ['-c', limited, process.execPath, FILL, directory]);
    expect(stdout.trim()).toBe('Input/output error');
    await rm(directory, { recursive: true });
  });
});
