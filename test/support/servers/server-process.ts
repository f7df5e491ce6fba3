import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Runner } from './runner.js';
import { whenThisProcessDies } from './watchdog.js';

const FAREWELL_WITHIN_MS = 10_000;

interface Options {
  readonly name: string;
  /** Makes the command line for a data directory. */
  readonly command: (directory: string) => readonly [string, ...string[]];
  /** Signal that `dispose` sends before it resorts to SIGKILL. */
  readonly farewell: 'SIGINT' | 'SIGKILL';
}

/** A server as a child process with a temporary directory of its own. */
export class ServerProcess implements Runner {
  readonly name: string;
  readonly directory: string;
  private child: ChildProcess | undefined;
  private readonly callOffRemoval: () => void;

  constructor(private readonly options: Options) {
    this.name = options.name;
    this.directory = mkdtempSync(join(tmpdir(), `tributary-${options.name.toLowerCase()}-`));
    this.callOffRemoval = whenThisProcessDies('sleep 2; rm -rf -- "$1"', this.directory);
  }

  async start(): Promise<void> {
    const [file, ...args] = this.options.command(this.directory);
    const log = openSync(this.log, 'a');
    // A group of its own, so that Ctrl-C in a terminal reaches the test run only, which then ends its servers in order.
    const child = spawn(file, args, { cwd: this.directory, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    // An empty one belongs to a spawn that failed, which `once` is about to throw.
    const pid = String(child.pid ?? '');
    await once(child, 'spawn');
    this.child = child;
    const farewell = this.options.farewell.slice('SIG'.length);
    const script = 'kill -"$2" "$1"; sleep 1; kill -KILL "$1"';
    child.once('exit', whenThisProcessDies(script, pid, farewell));
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
    await this.end(this.options.farewell);
    await rm(this.directory, { recursive: true, force: true });
    this.callOffRemoval();
  }

  hasEnded(): boolean {
    return this.child === undefined || this.child.exitCode !== null || this.child.signalCode !== null;
  }

  output(): string {
    return readFileSync(this.log, 'utf8').slice(-4_000);
  }

  /** SIGKILL gives a server no chance to end its own children, which would still hold its data when it is started again. */
  private async end(signal: Options['farewell']): Promise<void> {
    const { child } = this;
    if (child?.pid === undefined || this.hasEnded()) return;
    const children = signal === 'SIGKILL' ? childrenOf(child.pid) : [];
    const exit = once(child, 'exit');
    child.ref();
    child.kill(signal);
    const patience = setTimeout(() => child.kill('SIGKILL'), FAREWELL_WITHIN_MS);
    await exit;
    clearTimeout(patience);
    for (const pid of children.filter(isRunning)) process.kill(pid, 'SIGKILL');
    while (children.some(isRunning)) await pause(10);
  }

  private get log(): string {
    return join(this.directory, 'output.log');
  }
}

function childrenOf(pid: number): number[] {
  const list = readIfThere(`/proc/${pid}/task/${pid}/children`);
  return list.split(' ').filter(Boolean).map(Number);
}

/** A process that is dead but not yet reaped still has its entry, with the state Z. */
function isRunning(pid: number): boolean {
  const stat = readIfThere(`/proc/${pid}/stat`);
  return stat !== '' && !stat.includes(') Z ');
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
