import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loopbackPort } from '../../support/servers/loopback-port.js';
import { cpuMsOfProcess } from '../cpu-time.js';
import { WRITE_KEY } from './load.js';

const ROOT = join(import.meta.dirname, '../../..');
const START_MS = 60_000;

/** A server that is measured, as a process of its own. */
export interface Served {
  readonly port: number;
  /** CPU time of the process so far, in ms. */
  cpuMs(): number;
  /** Resident memory, in MiB. */
  memoryMib(): Promise<number>;
  stop(): Promise<void>;
}

/** How a server is started: the arguments of Node, and the settings that it sees. */
interface Command {
  readonly node: string;
  readonly args: (port: number) => readonly string[];
  readonly env: (port: number) => Readonly<Record<string, string>>;
  readonly path: string;
}

/** The built product, ready to accept calls. */
export function serveProduct(node: string, settings: Readonly<Record<string, string>>): Promise<Served> {
  return serve({
    node,
    args: () => [...(process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? []), join(ROOT, 'dist/src/main.js')],
    env: (port) => ({
      BOOTSTRAP_WRITE_KEY: WRITE_KEY,
      LOG_LEVEL: 'warn',
      DELIVERY_PAUSED: 'true',
      HTTP_PORT: String(port),
      ...settings,
    }),
    path: '/health/ready',
  });
}

/** The bare server beside it: `store` is what `bare.mjs` takes after its port. */
export function serveBare(node: string, kind: 'kafka' | 'file', store: readonly string[]): Promise<Served> {
  return serve({
    node,
    args: (port) => [join(import.meta.dirname, 'bare.mjs'), kind, String(port), ...store],
    env: () => ({}),
    path: '/?data=e30',
  });
}

async function serve({ node, args, env, path }: Command): Promise<Served> {
  const port = await loopbackPort();
  const child = spawn(node, args(port), {
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', ...env(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await untilAnswering(child, `http://127.0.0.1:${port}${path}`);
  return {
    port,
    cpuMs: () => cpuMsOfProcess(child.pid ?? NaN),
    memoryMib: async () => residentOf(await readFile(`/proc/${String(child.pid)}/status`, 'utf8')),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      await exit;
    },
  };
}

async function untilAnswering(child: ChildProcess, url: string): Promise<void> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return;
    await sleep(20);
  }
  throw new Error(`${url} did not answer within a minute`);
}

const residentOf = (status: string): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
