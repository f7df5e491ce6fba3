import { EventEmitter } from 'node:events';
import { Logger } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type MetricReport } from '../metrics/metrics-of-workers.js';
import { type ToSupervisor, type ToWorker } from './messages.js';
import { Supervisor } from './supervisor.js';
import { type ForkedWorker } from './worker-process.js';

/** A worker without a process. */
class FakeWorker extends EventEmitter {
  readonly received: ToWorker[] = [];
  readonly process = { pid: 1_000, kill: vi.fn() };
  isConnected = () => true;

  constructor(readonly number: number) {
    super();
  }

  send(message: ToWorker): boolean {
    this.received.push(message);
    return true;
  }
  tell(message: ToSupervisor): void {
    this.emit('message', message);
  }
  exit(code: number | null, signal: string | null = null): void {
    this.emit('exit', code, signal);
  }
}

let forked: FakeWorker[];
let lines: object[];

beforeEach(() => {
  forked = [];
  lines = [];
  for (const level of ['log', 'error'] as const)
    vi.spyOn(Logger.prototype, level).mockImplementation((line: object) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

function start(workers = 2, firstWaitMs = 1) {
  const fork = (number: number): ForkedWorker => {
    const worker = new FakeWorker(number);
    forked.push(worker);
    return worker as unknown as ForkedWorker;
  };
  const supervisor = new Supervisor({ workers, fork, firstWaitMs });
  return { supervisor, ended: supervisor.run() };
}

const until = (check: () => void) => vi.waitFor(check, { interval: 1 });
const numbers = () => forked.map(({ number }) => number);

async function startBoth(firstWaitMs?: number) {
  const started = start(2, firstWaitMs);
  forked[0]?.tell({ kind: 'started' });
  await until(() => expect(numbers()).toEqual([1, 2]));
  forked[1]?.tell({ kind: 'started' });
  return started;
}

describe('a supervisor', () => {
  it('starts the first worker alone, and the others when it serves', async () => {
    const { supervisor, ended } = start(3);
    expect(numbers()).toEqual([1]);
    forked[0]?.tell({ kind: 'started' });
    await until(() => expect(numbers()).toEqual([1, 2, 3]));
    supervisor.stop('SIGTERM');
    for (const worker of forked) worker.exit(0);
    expect(await ended).toBe(true);
  });

  it('fails with the sentence of the first worker, and starts no other', async () => {
    const { ended } = start();
    forked[0]?.tell({ kind: 'failed', sentence: 'Port 1 is in use.' });
    forked[0]?.exit(1);
    await expect(ended).rejects.toThrow(/^Port 1 is in use\.$/);
    expect(numbers()).toEqual([1]);
    expect(lines).toEqual([]);
  });

  it.each([
    [null, 'SIGKILL', 'The worker was ended by SIGKILL during its start.'],
    [13, null, 'The worker ended with exit code 13 during its start.'],
  ])('fails when the first worker ends without a word: %s %s', async (code, signal, sentence) => {
    const { ended } = start();
    forked[0]?.exit(code, signal);
    await expect(ended).rejects.toThrow(sentence);
  });

  it('replaces a lost worker, again and again while another one serves', async () => {
    const { supervisor, ended } = await startBoth();
    forked[1]?.exit(null, 'SIGKILL');
    await until(() => expect(numbers()).toEqual([1, 2, 2]));
    forked[2]?.tell({ kind: 'failed', sentence: 'No room.' });
    forked[2]?.exit(1);
    await until(() => expect(numbers()).toEqual([1, 2, 2, 2]));
    expect(lines.slice(2)).toEqual([
      { event: 'worker.lost', worker: 2, pid: 1_000, cause: 'died', signal: 'SIGKILL' },
      { event: 'worker.lost', worker: 2, pid: 1_000, cause: 'not_started', exitCode: 1, reason: 'No room.' },
    ]);
    supervisor.stop('SIGTERM');
    for (const worker of forked) worker.exit(0);
    expect(await ended).toBe(true);
  });

  it('passes a signal on once, waits for all, and replaces none', async () => {
    const { supervisor, ended } = await startBoth();
    supervisor.stop('SIGINT');
    supervisor.stop('SIGINT');
    for (const { process } of forked) expect(process.kill).toHaveBeenCalledExactlyOnceWith('SIGINT');
    let hasEnded = false;
    void ended.then(() => (hasEnded = true));
    forked[0]?.exit(0);
    await new Promise(setImmediate);
    expect(hasEnded).toBe(false);
    forked[1]?.exit(null, 'SIGKILL');
    expect(await ended).toBe(false);
    expect(numbers()).toEqual([1, 2]);
  });

  it('does not start a worker that waits for its turn at the stop', async () => {
    const { supervisor, ended } = await startBoth(60_000);
    forked[0]?.exit(1);
    await until(() => expect(lines).toHaveLength(3));
    supervisor.stop('SIGTERM');
    forked[1]?.exit(0);
    expect(await ended).toBe(true);
    expect(numbers()).toEqual([1, 2]);
  });
});

describe('the metrics of workers', () => {
  const reportOf = async (count: number): Promise<MetricReport> => {
    const registry = new Registry();
    new Counter({ name: 'calls', help: 'Calls.', registers: [registry] }).inc(count);
    return registry.getMetricsAsJSON();
  };
  const answer = async (worker: FakeWorker, count: number): Promise<void> => {
    const asked = await vi.waitFor(
      () => worker.received.find(({ kind }) => kind === 'report.wanted') ?? fail(),
      1_000,
    );
    worker.received.length = 0;
    worker.tell({ kind: 'report', id: asked.id, report: await reportOf(count) });
  };
  const fail = (): never => {
    throw new Error('not asked');
  };
  const sumFor = async (worker: FakeWorker): Promise<number> => {
    const reply = await vi.waitFor(
      () => worker.received.find(({ kind }) => kind === 'reports') ?? fail(),
      1_000,
    );
    worker.received.length = 0;
    const metrics = (reply as Extract<ToWorker, { kind: 'reports' }>).reports.flat();
    const values = metrics.filter(({ name }) => name === 'calls').flatMap((metric) => metric.values);
    return values.reduce((sum, { value }) => sum + value, 0);
  };

  it('are the reports of all, and what an ended one had last reported', async () => {
    const { supervisor, ended } = await startBoth();
    const [first, second] = forked as [FakeWorker, FakeWorker];
    first.tell({ kind: 'reports.wanted', id: 7 });
    await Promise.all([answer(first, 3), answer(second, 4)]);
    expect(await sumFor(first)).toBe(7);

    second.exit(null, 'SIGKILL');
    await until(() => expect(numbers()).toEqual([1, 2, 2]));
    const third = forked[2]!;
    first.tell({ kind: 'reports.wanted', id: 8 });
    await Promise.all([answer(first, 5), answer(third, 1)]);
    expect(await sumFor(first)).toBe(10);
    supervisor.stop('SIGTERM');
    for (const worker of forked) worker.exit(0);
    await ended;
  });
});
