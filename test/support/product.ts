import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { isAlone } from './alone.js';
import { copyEmbeddedTemplate } from './embedded-template.js';
import { listensOn } from './servers/lifecycle/listening.js';
import { PortTakenError, retryTakenPort } from './servers/lifecycle/taken-port.js';
import { loopbackPort } from './servers/loopback-port.js';

const ROOT = join(import.meta.dirname, '../..');
const SERVERS = ['DATABASE_URL', 'REDIS_URL', 'KAFKA_BROKERS'];

export const WRITE_KEY = 'e2e-write-key';

export interface Product {
  /** Final once the first start has succeeded. */
  readonly address: string;
  readonly dataDir: string;
  /** Of the running process. */
  pid(): number | undefined;
  /** Everything it has printed, over all its starts. */
  output(): string;
  /** Resolves when it is ready to accept calls. */
  start(): Promise<void>;
  /** Sends SIGKILL. */
  kill(): Promise<void>;
  /** Sends SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Stops it and removes its data. */
  dispose(): Promise<void>;
}

/**
 * The built product as a process, on a loopback port. It sees only the settings given here: a test that wants the run's
 * servers passes them on. If the port is taken, its first start repeats on other ports and with new data.
 */
export async function makeProduct(settings: Record<string, string> = {}, script = 'main'): Promise<Product> {
  const dataDir = settings['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'tributary-e2e-')));
  const ownsDataDir = settings['DATA_DIR'] === undefined;
  const usesTemplate =
    ownsDataDir && script === 'main' && settings['DATABASE_URL'] === undefined && !measures();
  if (usesTemplate) await copyEmbeddedTemplate(dataDir);
  const inherited = Object.entries(process.env).filter(([name]) => !SERVERS.includes(name));
  const env = {
    ...Object.fromEntries(inherited),
    DATA_DIR: dataDir,
    BOOTSTRAP_WRITE_KEY: WRITE_KEY,
    DESTINATION_ALLOWED_CIDRS: '127.0.0.0/8',
    // Specs send wrong tokens on purpose. One of their limit sets it.
    FAILED_TOKENS_PER_MINUTE: '100000',
    ...settings,
  };
  let port = await loopbackPort();
  let hasStarted = false;
  let child: ChildProcess | undefined;
  let printed = '';

  const launch = async (): Promise<void> => {
    const before = printed.length;
    const started = spawn(process.execPath, [join(ROOT, `dist/src/${script}.js`)], {
      env: { ...env, HTTP_PORT: settings['HTTP_PORT'] ?? String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    for (const stream of [started.stdout, started.stderr])
      stream.on('data', (part: Buffer) => (printed += part.toString()));
    await untilReady(started, port, () => printed.slice(before));
  };

  /** A port that clients know already stays. Data of a failed first start would change what the next one does. */
  const launchOrMove = async (): Promise<void> => {
    try {
      await launch();
      hasStarted = true;
    } catch (error) {
      if (error instanceof PortTakenError && !hasStarted) {
        port = await loopbackPort();
        if (ownsDataDir) await empty(dataDir);
        if (usesTemplate) await copyEmbeddedTemplate(dataDir);
      }
      throw error;
    }
  };

  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
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
    get address() {
      return `http://127.0.0.1:${port}`;
    },
    dataDir,
    pid: () => child?.pid,
    output: () => printed,
    start: () => ('HTTP_PORT' in settings ? launch() : retryTakenPort(launchOrMove)),
    async kill() {
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    async dispose() {
      await end('SIGTERM');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** With the template, a product uses less memory at its start, so a spec that measures would see another product. */
function measures(): boolean {
  return isAlone(expect.getState().testPath ?? '');
}

async function empty(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
}

/** Polls the readiness probe; throws when the process has ended and all of its output was read. */
async function untilReady(child: ChildProcess, port: number, output: () => string): Promise<void> {
  const closed = once(child, 'close').then(() => true);
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (await Promise.race([closed, sleep(20, false)])) throw endError(output());
    if (child.pid !== undefined && listensOn(child.pid, port) && (await isReady(port))) return;
  }
  throw new Error(`the product was not ready within a minute:\n${output()}`);
}

async function isReady(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
  return answer?.ok === true;
}

/** A product that cannot bind its port names the setting. Here the value is always valid, so the port is taken. */
function endError(output: string): Error {
  const message = `the product ended during its start:\n${output}`;
  return output.includes('HTTP_PORT') ? new PortTakenError(message) : new Error(message);
}
