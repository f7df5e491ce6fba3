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
let answered;

/** Whether a Docker engine answers. The client alone proves nothing. */
export function hasDockerEngine() {
  const args = ['info', '--format', '{{.ServerVersion}}'];
  answered ??= spawnSync('docker', args, { timeout: 10_000, stdio: 'ignore' }).status === 0;
  return answered;
}

/** Pulls the images that are not there yet, so that no test waits for a download. */
export async function pullImages() {
  for (const image of Object.values(IMAGES)) {
    const isThere = spawnSync('docker', ['image', 'inspect', image], { stdio: 'ignore' }).status === 0;
    if (!isThere) await run('docker', ['pull', '--quiet', image]);
  }
}
