import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHDB_VERSION, fetchChdb, hasChdb } from './chdb.mjs';
import { installPackages } from './debian-packages.mjs';
import { hasDockerEngine, pullImages } from './docker-engine.mjs';
import { fetchKafkaClasses, hasKafkaClasses, KAFKA_VERSION } from './kafka-classes.mjs';
import { hasCommand } from './run.mjs';
import { s3ProxyClasses, S3PROXY_VERSION } from './s3proxy-classes.mjs';

/** @typedef {{ package: string, isPresent: () => boolean }} Requirement */

/** @type {readonly Requirement[]} Needed only by the end-to-end tests, with Docker too. */
const TOOLS = [
  { package: 'kcat', isPresent: () => hasCommand('kcat') },
  { package: 'chromium', isPresent: () => existsSync('/usr/bin/chromium') },
];

/** @type {readonly Requirement[]} Needed by the S3 server, which runs as a process with Docker too. */
const S3_SERVER = [
  { package: 'default-jre-headless', isPresent: hasJava },
  { package: 'maven', isPresent: () => s3ProxyClasses.isPresent() || hasCommand('mvn') },
];

/** @type {readonly Requirement[]} Needed by the servers when no Docker engine runs them. */
const SERVERS = [
  { package: 'postgresql', isPresent: () => hasCommand(postgresProgram('initdb')) },
  { package: 'redis-server', isPresent: () => hasCommand('redis-server') },
  { package: 'default-jre-headless', isPresent: hasJava },
  { package: 'maven', isPresent: () => hasKafkaClasses() || hasCommand('mvn') },
];

/**
 * Makes sure that Postgres, Redis and Kafka can start: with Docker, or else from Debian packages and Maven artefacts. The
 * engine of ClickHouse comes from npm. Installs only what is missing, so a second call is quick.
 * @param {{ tools: boolean, s3?: boolean, say?: (line: string) => void }} options `tools`: also the tools of the end-to-end
 *   tests; `s3`: also an S3 server; `say`: gets a line for each step
 */
export async function provision({ tools, s3 = false, say = () => undefined }) {
  const docker = hasDockerEngine();
  say(
    docker
      ? 'Servers run in containers, because a Docker engine answers.'
      : 'Servers run as processes, because no Docker engine answers.',
  );
  const needed = [...(docker ? [] : SERVERS), ...(tools ? TOOLS : []), ...(s3 ? S3_SERVER : [])];
  const absent = needed.filter(({ isPresent }) => !isPresent()).map((requirement) => requirement.package);
  const missing = [...new Set(absent)];
  if (missing.length > 0) {
    say(`Installing ${missing.join(', ')}.`);
    await installPackages(missing);
  }
  if (docker) {
    await pullImages();
  } else if (!hasKafkaClasses()) {
    say(`Downloading Apache Kafka ${KAFKA_VERSION}.`);
    await fetchKafkaClasses();
  }
  if (s3 && !s3ProxyClasses.isPresent()) {
    say(`Downloading S3Proxy ${S3PROXY_VERSION}.`);
    await s3ProxyClasses.fetch();
  }
  if (!hasChdb()) {
    say(`Downloading chDB ${CHDB_VERSION}, the engine of ClickHouse.`);
    await fetchChdb();
  }
}

/**
 * Path of a program of the Postgres server. Debian does not put them on the PATH.
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

/** Kafka 4 needs Java 17. `java -version` prints `openjdk version "17.0.15"` to stderr. */
function hasJava() {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1]) >= 17;
}
