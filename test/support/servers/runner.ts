import { setTimeout as pause } from 'node:timers/promises';

const READY_WITHIN_MS = 90_000;

/** A server that a test owns, whether it runs as a process or in a container. Its data outlive `kill` and end with `dispose`. */
export interface Runner {
  readonly name: string;
  start(): Promise<void>;
  /** SIGKILL: no farewell. Resolves when the server is gone; does nothing when it is not running. */
  kill(): Promise<void>;
  /** SIGSTOP: connections stay open, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** Ends the server and removes its data. */
  dispose(): Promise<void>;
  hasEnded(): boolean;
  /** What the server has printed, for the message when it does not start. */
  output(): string;
}

/** What every kind of server offers to a test beside its address. */
export interface OwnServer {
  kill(): Promise<void>;
  /** Same data, same port; resolves when it answers again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts the server and resolves when `answers` does; whatever is left of a failed start is removed. */
export async function startUntil(runner: Runner, answers: () => Promise<unknown>): Promise<OwnServer> {
  const start = async () => {
    await runner.start();
    await untilItAnswers(runner, answers);
  };
  try {
    await start();
  } catch (error) {
    await runner.dispose();
    throw error;
  }
  return {
    kill: () => runner.kill(),
    restart: async () => {
      await runner.kill();
      await start();
    },
    stop: () => runner.dispose(),
  };
}

async function untilItAnswers(runner: Runner, answers: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const fault: unknown = await answers().then(
      () => undefined,
      (error: unknown) => error,
    );
    if (fault === undefined) return;
    if (runner.hasEnded()) throw new Error(`${runner.name} ended at its start:\n${runner.output()}`);
    if (Date.now() > deadline)
      throw new Error(`${runner.name} did not answer in time:\n${runner.output()}`, { cause: fault });
    await pause(50);
  }
}
