import { setTimeout as sleep } from 'node:timers/promises';
import { retryTakenPort, startError } from './taken-port.js';

const READY_WITHIN_MS = 90_000;

/** Runs a server that a test owns, as a process or in a container. The data survive `kill` and are removed by `dispose`. */
export interface Runner {
  readonly name: string;
  start(): Promise<void>;
  /** Sends SIGKILL and resolves when the server has ended; does nothing when it is not running. */
  kill(): Promise<void>;
  /** Sends SIGSTOP: connections stay open, but the server answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Stops the server and removes its data. */
  dispose(): Promise<void>;
  hasEnded(): boolean;
  /** Whether the server itself, and no other process, listens on each of its ports. */
  holdsItsPorts(): boolean;
  /** The server's output since its last start. */
  output(): string;
}

/** What every kind of server offers to a test, beside its address. */
export interface OwnServer {
  kill(): Promise<void>;
  /** Keeps the data and the ports; resolves when the server answers again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A server that is about to start on ports that were free a moment before. */
export interface PreparedServer<Extra> {
  readonly runner: Runner;
  /** Rejects until the server is ready for its clients. */
  readonly probe: () => Promise<unknown>;
  /** Returns what the test gets beside the members of `OwnServer`; called when the server is ready. */
  readonly describe: () => Extra;
}

/**
 * Starts a server and resolves when its probe succeeds. A server that meets a taken port is removed and prepared again, on
 * other ports. A restart repeats itself on the same ports, because clients know them.
 */
export async function startServer<Extra>(
  prepare: () => Promise<PreparedServer<Extra>>,
): Promise<OwnServer & Extra> {
  const { runner, probe, describe } = await retryTakenPort(async () => {
    const prepared = await prepare();
    try {
      await launch(prepared);
    } catch (error) {
      await prepared.runner.dispose();
      throw error;
    }
    return prepared;
  });
  return {
    ...describe(),
    kill: () => runner.kill(),
    restart: async () => {
      await runner.kill();
      await retryTakenPort(() => launch({ runner, probe }));
    },
    stop: () => runner.dispose(),
  };
}

async function launch({ runner, probe }: Pick<PreparedServer<unknown>, 'runner' | 'probe'>): Promise<void> {
  await runner.start();
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const failure = await failureOf(runner, probe);
    if (runner.hasEnded()) throw startError(`${runner.name} ended during its start`, runner.output());
    if (failure === undefined) return;
    if (Date.now() > deadline)
      throw startError(`${runner.name} was not ready in time (${failure})`, runner.output());
    await sleep(50);
  }
}

/** Why the server is not ready, or nothing when it is. */
async function failureOf(runner: Runner, probe: () => Promise<unknown>): Promise<string | undefined> {
  if (!runner.holdsItsPorts()) return 'it does not listen on its ports';
  return probe().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
