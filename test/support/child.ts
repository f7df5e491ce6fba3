import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface Child {
  readonly pid: number;
  /** The first line of its output. */
  readonly line: string;
  /** All lines of its output so far. */
  readonly lines: readonly string[];
  /** Sends SIGKILL and resolves when the process has ended. */
  kill(): Promise<void>;
}

/** Starts a TypeScript module of the tests as a process; resolves when it has printed its first line. */
export async function startChild(module: string, args: readonly string[]): Promise<Child> {
  const runner = join(import.meta.dirname, 'run-typescript.mjs');
  const child: ChildProcess = spawn(process.execPath, [runner, module, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout! });
  output.on('line', (line) => lines.push(line));
  const ended = exited.then(() => Promise.reject(new Error(`${module} ended before it printed a line`)));
  ended.catch(() => undefined);
  const [line] = (await Promise.race([once(output, 'line'), ended])) as [string];
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { pid: child.pid!, line, lines, kill };
}
