import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from './debian-packages.mjs';
import { hasDockerEngine, pullImages } from './docker-engine.mjs';
import { fetchKafkaClasses, hasKafkaClasses, KAFKA_VERSION } from './kafka-classes.mjs';
import { hasCommand } from './run.mjs';

/** @typedef {{ package: string, isThere: () => boolean }} Requirement */

/** @type {readonly Requirement[]} What only the end-to-end tests need, with Docker too. */
const TOOLS = [
  { package: 'kcat', isThere: () => hasCommand('kcat') },
  { package: 'chromium', isThere: () => existsSync('/usr/bin/chromium') },
];

/** @type {readonly Requirement[]} */
const SERVERS = [
  { package: 'postgresql', isThere: () => hasCommand(postgresProgram('initdb')) },
  { package: 'redis-server', isThere: () => hasCommand('redis-server') },
  { package: 'default-jre-headless', isThere: hasJava },
  { package: 'maven', isThere: () => hasKafkaClasses() || hasCommand('mvn') },
];

/**
 * Makes sure that Postgres, Redis and Kafka can be started: with Docker, else from Debian packages and Maven artefacts.
 * Installs only what is missing, and is quick when nothing is.
 * @param {{ tools: boolean, say?: (line: string) => void }} options `tools`: also those of the end-to-end tests
 */
export async function provision({ tools, say = () => undefined }) {
  const docker = hasDockerEngine();
  say(
    docker
      ? 'a Docker engine answers: servers run in containers'
      : 'no Docker engine: servers run as processes',
  );
  const needed = [...(docker ? [] : SERVERS), ...(tools ? TOOLS : [])];
  const missing = needed.filter(({ isThere }) => !isThere()).map((requirement) => requirement.package);
  if (missing.length > 0) {
    say(`installing ${missing.join(', ')}`);
    await installPackages(missing);
  }
  if (docker) {
    await pullImages();
  } else if (!hasKafkaClasses()) {
    say(`downloading Apache Kafka ${KAFKA_VERSION}`);
    await fetchKafkaClasses();
  }
}

/**
 * Path of a program of the Postgres server; Debian keeps them off the PATH.
 * @param {'initdb' | 'postgres'} name
 */
export function postgresProgram(name) {
  const versions = '/usr/lib/postgresql';
  const newest = existsSync(versions)
    ? readdirSync(versions)
        .sort((a, b) => Number(b) - Number(a))
        .find((version) => existsSync(join(versions, version, 'bin', name)))
    : undefined;
  return newest === undefined ? name : join(versions, newest, 'bin', name);
}

/** Kafka 4 wants Java 17; `java -version` prints `openjdk version "17.0.15"` on stderr. */
function hasJava() {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1]) >= 17;
}
