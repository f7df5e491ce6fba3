import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ForkedWorker, WorkerProcess } from './worker-process.js';

const BEAT_MS = 1_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function launch(pid: number | undefined = 7) {
  const kill = vi.fn();
  const fake = Object.assign(new EventEmitter(), {
    process: { pid, kill },
    isConnected: () => false,
    send: () => true,
  });
  const events = { onStarted: vi.fn(), onReportsWanted: () => Promise.resolve([]) };
  const worker = new WorkerProcess(fake as unknown as ForkedWorker, events, BEAT_MS);
  return { worker, fake, kill, tell: (kind: 'started' | 'beat') => fake.emit('message', { kind }) };
}

it('ends a worker that gives no sign of life any more', async () => {
  const { worker, fake, kill, tell } = launch();
  tell('started');
  vi.advanceTimersByTime(5 * BEAT_MS);
  expect(kill).not.toHaveBeenCalled();
  vi.advanceTimersByTime(BEAT_MS);
  expect(kill).toHaveBeenCalledExactlyOnceWith('SIGKILL');
  fake.emit('exit', null, 'SIGKILL');
  expect(await worker.ended).toEqual({ cause: 'blocked', signal: 'SIGKILL' });
});

it('leaves a worker alone that starts, or that gives signs of life', async () => {
  const { worker, fake, kill, tell } = launch();
  vi.advanceTimersByTime(20 * BEAT_MS);
  tell('started');
  for (let turn = 0; turn < 4; turn += 1) {
    vi.advanceTimersByTime(5 * BEAT_MS);
    tell('beat');
  }
  expect(kill).not.toHaveBeenCalled();
  fake.emit('exit', 3, null);
  expect(await worker.ended).toEqual({ cause: 'died', exitCode: 3 });
});

it('has ended when the system had no process to give, and not with another error', async () => {
  const { worker, fake } = launch(0);
  Object.assign(fake.process, { pid: undefined });
  fake.emit('error', new Error('spawn EAGAIN'));
  expect(await worker.ended).toEqual({ cause: 'not_started' });
  const other = launch();
  other.fake.emit('error', new Error('write EPIPE'));
  other.fake.emit('exit', 0, null);
  expect(await other.worker.ended).toEqual({ cause: 'not_started', exitCode: 0 });
});

it('reports what it last knew of a worker that does not answer', async () => {
  const { worker, fake } = launch();
  const asked = worker.report();
  fake.emit('exit', 1, null);
  expect(await asked).toEqual([]);
});
