import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loopbackPort } from './servers/loopback-port.js';

const ROOT = join(import.meta.dirname, '../..');
const SERVERS = ['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS'];

export const WRITE_KEY = 'e2e-write-key';

export interface Product {
  readonly address: string;
  readonly dataDir: string;
  /** Of the running process. */
  pid(): number | undefined;
  /** Everything it has printed so far, over all its starts. */
  output(): string;
  /** Resolves when it is ready to accept. */
  start(): Promise<void>;
  /** SIGKILL: no farewell. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Stops it and removes its data. */
  dispose(): Promise<void>;
}

/**
 * The built product as a process of its own on a free port. It sees only the settings given here: the servers that the
 * test run has started are passed on by the test that wants them.
 */
export async function makeProduct(settings: Record<string, string> = {}, script = 'main'): Promise<Product> {
  const dataDir = settings['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'tributary-e2e-')));
  const port = await loopbackPort();
  const address = `http://127.0.0.1:${port}`;
  const inherited = Object.entries(process.env).filter(([name]) => !SERVERS.includes(name));
  const env = {
    ...Object.fromEntries(inherited),
    HTTP_PORT: String(port),
    DATA_DIR: dataDir,
    BOOTSTRAP_WRITE_KEY: WRITE_KEY,
    DESTINATION_ALLOWED_CIDRS: '127.0.0.0/8',
    ...settings,
  };
  let child: ChildProcess | undefined;
  let printed = '';

  const ended = async (signal: NodeJS.Signals): Promise<number | null> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null)
      return running?.exitCode ?? null;
    const exit = once(running, 'exit');
    running.kill(signal);
    const [code] = (await exit) as [number | null];
    return code;
  };

  return {
    address,
    dataDir,
    pid: () => child?.pid,
    output: () => printed,
    async start() {
      const started = spawn(process.execPath, [join(ROOT, `dist/src/${script}.js`)], {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (part: Buffer) => (printed += part.toString()));
      await readiness(
        address,
        () => started.exitCode ?? started.signalCode,
        () => printed,
      );
    },
    async kill() {
      await ended('SIGKILL');
    },
    stop: () => ended('SIGTERM'),
    async dispose() {
      await ended('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Asks until the probe says ready; fails at once when the process has ended. */
async function readiness(address: string, ended: () => unknown, printed: () => string): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (ended() !== null) throw new Error(`the product ended at its start:\n${printed()}`);
    const answer = await fetch(`${address}/health/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`the product was not ready within a minute:\n${printed()}`);
}
