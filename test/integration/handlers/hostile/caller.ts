import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A delivery of one event. */
export interface Call {
  readonly type: string;
  readonly settings: object;
  readonly timeoutMs: number;
}

/** How a call ended; `grownMiB` is the largest growth of the process during it. */
export interface Answer {
  readonly kind: string;
  readonly reason: string;
  readonly ms: number;
  readonly grownMiB: number;
}

/** Calls destinations in a process of its own, one call at a time. */
export class Caller {
  private process: ChildProcess | undefined;

  /** Rejects with the exit code when the process ends before it answers; the next call starts another one. */
  async call(call: Call): Promise<Answer> {
    const process = (this.process ??= await this.start());
    const answer = this.message(process);
    process.send(call);
    return (await answer) as Answer;
  }

  async stop(): Promise<void> {
    const process = this.process;
    if (process === undefined) return;
    const exited = once(process, 'exit');
    process.kill('SIGKILL');
    await exited;
  }

  private async start(): Promise<ChildProcess> {
    const runner = join(import.meta.dirname, '../../../support/run-typescript.mjs');
    const process = fork(runner, [join(import.meta.dirname, 'call-destinations.ts')], { execArgv: [] });
    process.once('exit', () => (this.process = undefined));
    await this.message(process);
    return process;
  }

  private async message(process: ChildProcess): Promise<unknown> {
    const done = new AbortController();
    const { signal } = done;
    const ended = once(process, 'exit', { signal }).then(([code, killedBy]) => {
      throw new Error(`the process ended: ${code ?? killedBy}`);
    });
    ended.catch(() => undefined);
    try {
      const [message] = (await Promise.race([once(process, 'message', { signal }), ended])) as [unknown];
      return message;
    } finally {
      done.abort();
    }
  }
}
