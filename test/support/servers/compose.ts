import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loopbackPort } from './loopback-port.js';
import { whenThisProcessDies } from './watchdog.js';

const FILE = join(import.meta.dirname, '../../../docker/compose.services.yml');

export interface Services {
  /** The settings of the product that point at them. */
  readonly settings: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Starts docker/compose.services.yml beside whatever else runs from it: a project, ports and volumes of its own. */
export async function composeUp(): Promise<Services> {
  const [postgres, redis, kafka] = [await loopbackPort(), await loopbackPort(), await loopbackPort()];
  const ports = { POSTGRES_PORT: `${postgres}`, REDIS_PORT: `${redis}`, KAFKA_PORT: `${kafka}` };
  const project = `tributary-test-${process.pid}`;
  const compose = (...args: string[]) =>
    promisify(execFile)('docker', ['compose', '--file', FILE, '--project-name', project, ...args], {
      env: { ...process.env, ...ports },
    });
  const script = 'docker compose --file "$1" --project-name "$2" down --volumes';
  const callOffWatchdog = whenThisProcessDies(script, FILE, project);
  const stop = async () => {
    await compose('down', '--volumes');
    callOffWatchdog();
  };
  try {
    await compose('up', '--detach', '--wait');
  } catch (error) {
    await stop();
    throw error;
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
