import { spawnSync } from 'node:child_process';
import { KAFKA_VERSION } from './kafka-classes.mjs';
import { run } from './run.mjs';

/** The same images as in docker/compose.services.yml. */
export const IMAGES = {
  postgres: 'postgres:18',
  redis: 'redis:7',
  kafka: `apache/kafka:${KAFKA_VERSION}`,
};

/** @type {boolean | undefined} */
let isRunning;

/** Whether a Docker engine answers. A machine may have the client only. */
export function hasDockerEngine() {
  const args = ['info', '--format', '{{.ServerVersion}}'];
  isRunning ??= spawnSync('docker', args, { timeout: 10_000, stdio: 'ignore' }).status === 0;
  return isRunning;
}

/** Pulls the missing images, so that no test waits for a download. */
export async function pullImages() {
  for (const image of Object.values(IMAGES)) {
    const isPresent = spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status === 0;
    if (!isPresent) await run('docker', ['pull', '--quiet', image]);
  }
}
