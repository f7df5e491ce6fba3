import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { listensOn } from './listening.js';
import { type Runner } from './runner.js';
import { whenThisProcessEnds } from './watchdog.js';

const STOP_WITHIN_MS = 10_000;

interface Options {
  readonly name: string;
  /** Loopback ports that the server was told to bind; without those that the system picks. */
  readonly ports: readonly number[];
  /** Returns the command line for a data directory. */
  readonly command: (directory: string) => readonly [string, ...string[]];
  /** Signal that `dispose` sends; SIGKILL follows when the server does not end in time. */
  readonly stopSignal: 'SIGINT' | 'SIGKILL';
}

/** A server as a child process, with its own temporary directory. */
export class ServerProcess implements Runner {
  readonly name: string;
  readonly directory: string;
  private child: ChildProcess | undefined;
  private readonly cancelRemoval: () => void;

  constructor(private readonly options: Options) {
    this.name = options.name;
    this.directory = mkdtempSync(join(tmpdir(), `tributary-${options.name.toLowerCase()}-`));
    this.cancelRemoval = whenThisProcessEnds('sleep 2; rm -rf -- "$1"', this.directory);
  }

  async start(): Promise<void> {
    const [file, ...args] = this.options.command(this.directory);
    const log = openSync(this.log, 'w');
    // In its own process group: Ctrl-C in a terminal reaches only the test run, which then stops its servers in order.
    const child = spawn(file, args, { cwd: this.directory, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    // Without a pid the spawn has failed, and `once` throws the reason.
    const pid = String(child.pid ?? '');
    await once(child, 'spawn');
    this.child = child;
    const signal = this.options.stopSignal.slice('SIG'.length);
    const script = 'kill -"$2" "$1"; sleep 1; kill -KILL "$1"';
    child.once('exit', whenThisProcessEnds(script, pid, signal));
    child.unref();
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  freeze(): void {
    this.child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.child?.kill('SIGCONT');
  }

  async dispose(): Promise<void> {
    await this.end(this.options.stopSignal);
    await rm(this.directory, { recursive: true, force: true });
    this.cancelRemoval();
  }

  hasEnded(): boolean {
    return this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  holdsItsPorts(): boolean {
    const pid = this.child?.pid;
    return pid !== undefined && this.options.ports.every((port) => listensOn(pid, port));
  }

  output(): string {
    return readFileSync(this.log, 'utf8');
  }

  /** A server that gets SIGKILL cannot end its own children; left alive, they would hold its data during the next start. */
  private async end(signal: Options['stopSignal']): Promise<void> {
    const { child } = this;
    if (child?.pid === undefined || this.hasEnded()) return;
    const children = signal === 'SIGKILL' ? childrenOf(child.pid) : [];
    const exit = once(child, 'exit');
    child.ref();
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await exit;
    clearTimeout(timer);
    for (const pid of children.filter(isRunning)) process.kill(pid, 'SIGKILL');
    while (children.some(isRunning)) await sleep(10);
  }

  private get log(): string {
    return join(this.directory, 'output.log');
  }
}

function childrenOf(pid: number): number[] {
  const list = readOrEmpty(`/proc/${pid}/task/${pid}/children`);
  return list.split(' ').filter(Boolean).map(Number);
}

/** A process that has ended but was not reaped yet still has its entry, with the state Z. */
function isRunning(pid: number): boolean {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  return stat !== '' && !stat.includes(') Z ');
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
