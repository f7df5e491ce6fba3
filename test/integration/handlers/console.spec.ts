import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome } from '../../../src/destinations/delivery/model/outcome.js';
import { Terminal } from '../../../src/destinations/delivery/call/terminal.js';
import { type Handler } from '../../../src/destinations/contract/handler.js';
import { console_ } from '../../../src/destinations/handlers/console/console.handler.js';
import { anEvent } from '../../support/events.js';
import { eventually } from '../../support/eventually.js';
import { deliveriesOf, Framework } from './framework.js';
import { describeHandler } from './suite.js';

const handler = console_ as unknown as Handler;
const never = new AbortController().signal;

/** A terminal that is a pipe to another process, which returns what it reads. */
class Pipe {
  readonly lines: string[] = [];
  private readonly reader = spawn('cat', { stdio: ['pipe', 'pipe', 'ignore'] });
  readonly terminal = new Terminal(this.reader.stdin);
  private fences = 0;

  constructor() {
    createInterface({ input: this.reader.stdout }).on('line', (line) => this.lines.push(line));
  }

  /** Ids of the printed messages, after the reader has read all of them. */
  async ids(): Promise<string[]> {
    const fence = `fence ${(this.fences += 1)}`;
    await this.terminal.print(fence, never);
    await eventually(() => expect(this.lines).toContain(fence));
    return this.lines.flatMap((line) => /message=(\S+)/.exec(line)?.[1] ?? []);
  }

  /** Bytes that this process holds for the reader. */
  get held(): number {
    return this.reader.stdin.writableLength;
  }

  stopReading = () => this.reader.kill('SIGSTOP');
  continueReading = () => this.reader.kill('SIGCONT');

  async close(): Promise<void> {
    if (this.reader.exitCode !== null || this.reader.signalCode !== null) return;
    const gone = once(this.reader, 'exit');
    this.reader.kill('SIGKILL');
    await gone;
  }
}

describeHandler({
  handler,
  without: ['server', 'poison', 'credentials'],
  start: () => {
    const pipe = new Pipe();
    return Promise.resolve({
      settings: {},
      delivered: () => pipe.ids(),
      terminal: pipe.terminal,
      duplicates: 'told',
      close: () => pipe.close(),
    });
  },
});

describe('a console whose output', () => {
  let pipe: Pipe;
  let framework: Framework;
  beforeEach(() => {
    pipe = new Pipe();
    framework = new Framework(handler, {}, { timeoutMs: 200 }, undefined, pipe.terminal);
  });
  afterEach(async () => {
    await framework.close();
    await pipe.close();
  });

  it('is not read keeps events waiting, few of them in memory, and prints all of them at last', async () => {
    const deliveries = deliveriesOf(Array.from({ length: 3_000 }, () => anEvent()));
    pipe.stopReading();
    const outcomes = await framework.attempt(deliveries);
    const kinds = (of: readonly Outcome[]) => new Set(of.map(({ kind }) => kind));
    // Lines that the system has taken, five calls that timed out, and events held by the open circuit.
    expect(kinds(outcomes)).toEqual(new Set(['delivered', 'retry', 'held']));
    expect(outcomes.find(({ kind }) => kind === 'retry')).toMatchObject({ reason: 'timeout' });
    expect(pipe.held).toBeLessThan(40_000);
    pipe.continueReading();
    const rest = deliveries.filter((_, index) => outcomes[index]?.kind !== 'delivered');
    const second = new Framework(handler, {}, {}, undefined, pipe.terminal);
    expect(kinds(await second.attempt(rest))).toEqual(new Set(['delivered']));
    await second.close();
    const wanted = deliveries.map(({ item }) => item.event.messageId);
    const printed = await pipe.ids();
    expect(new Set(printed)).toEqual(new Set(wanted));
    // Lines that were in the pipe's buffer when their call was aborted are printed again.
    expect(printed.length - wanted.length).toBeLessThanOrEqual(500);
  });

  it('has ended has its events retried, with a code', async () => {
    await pipe.close();
    const closed = { kind: 'retry', reason: 'terminal_closed' };
    await eventually(async () =>
      expect(await framework.attempt(deliveriesOf([anEvent(), anEvent()]))).toMatchObject([closed, closed]),
    );
  });
});

describe('a process whose standard output has lost its reader', () => {
  it('continues, and reports that nothing was printed', async () => {
    const runner = join(import.meta.dirname, '../../support/run-typescript.mjs');
    const module = join(import.meta.dirname, '../../support/print-to-nobody.ts');
    const child: ChildProcess = spawn(process.execPath, [runner, module], { stdio: 'pipe' });
    const output = text(child.stderr!);
    const ended = once(child, 'exit');
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    child.stdin!.end('go on\n');
    expect(await ended).toEqual([0, null]);
    const closed = { kind: 'retry', reason: 'terminal_closed' };
    expect(JSON.parse(await output)).toEqual([closed, closed]);
  });
});
