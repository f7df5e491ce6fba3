import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { retryTakenPort, startError } from './lifecycle/taken-port.js';
import { whenThisProcessEnds } from './lifecycle/watchdog.js';
import { loopbackPort } from './loopback-port.js';

const FILE = join(import.meta.dirname, '../../../docker/compose.services.yml');

export interface Services {
  /** The settings of the product that point at the services. */
  readonly settings: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts docker/compose.services.yml with its own project name, ports and volumes, so that other runs do not meet it. */
export function composeUp(): Promise<Services> {
  return retryTakenPort(composeUpOnce);
}

async function composeUpOnce(): Promise<Services> {
  const [postgres, redis, kafka] = [await loopbackPort(), await loopbackPort(), await loopbackPort()];
  const ports = { POSTGRES_PORT: `${postgres}`, REDIS_PORT: `${redis}`, KAFKA_PORT: `${kafka}` };
  const project = `tributary-test-${process.pid}`;
  const compose = (...args: string[]) =>
    promisify(execFile)('docker', ['compose', '--file', FILE, '--project-name', project, ...args], {
      env: { ...process.env, ...ports },
    });
  const script = 'docker compose --file "$1" --project-name "$2" down --volumes';
  const cancelWatchdog = whenThisProcessEnds(script, FILE, project);
  const stop = async () => {
    await compose('down', '--volumes');
    cancelWatchdog();
  };
  try {
    await compose('up', '--detach', '--wait');
  } catch (error) {
    await stop();
    throw startError('docker compose did not start the services', String(error));
  }
  return {
    settings: {
      DATABASE_URL: `postgres://tributary:tributary@127.0.0.1:${postgres}/tributary`,
      REDIS_URL: `redis://127.0.0.1:${redis}`,
      KAFKA_BROKERS: `127.0.0.1:${kafka}`,
    },
    stop,
  };
}
