import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CHDB_VERSION, fetchChdb, hasChdb } from './chdb.mjs';
import { installPackages } from './debian-packages.mjs';
import { hasDockerEngine, pullImages } from './docker-engine.mjs';
import { fetchKafkaClasses, hasKafkaClasses, KAFKA_VERSION } from './kafka-classes.mjs';
import { hasCommand } from './run.mjs';
import { s3ProxyClasses, S3PROXY_VERSION } from './s3proxy-classes.mjs';

/** @typedef {{ package: string, isThere: () => boolean }} Requirement */

/** @type {readonly Requirement[]} What only the end-to-end tests need, with Docker too. */
const TOOLS = [
  { package: 'kcat', isThere: () => hasCommand('kcat') },
  { package: 'chromium', isThere: () => existsSync('/usr/bin/chromium') },
];

/** @type {readonly Requirement[]} What the S3 server runs on, with Docker too. */
const S3_SERVER = [
  { package: 'default-jre-headless', isThere: hasJava },
  { package: 'maven', isThere: () => s3ProxyClasses.isThere() || hasCommand('mvn') },
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
 * ClickHouse's engine comes from npm. Installs only what is missing, and is quick when nothing is.
 * @param {{ tools: boolean, s3?: boolean, say?: (line: string) => void }} options `tools`: also those of the end-to-end
 *   tests; `s3`: also an S3 server
 */
export async function provision({ tools, s3 = false, say = () => undefined }) {
  const docker = hasDockerEngine();
  say(
    docker
      ? 'a Docker engine answers: servers run in containers'
      : 'no Docker engine: servers run as processes',
  );
  const needed = [...(docker ? [] : SERVERS), ...(tools ? TOOLS : []), ...(s3 ? S3_SERVER : [])];
  const absent = needed.filter(({ isThere }) => !isThere()).map((requirement) => requirement.package);
  const missing = [...new Set(absent)];
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
  if (s3 && !s3ProxyClasses.isThere()) {
    say(`downloading S3Proxy ${S3PROXY_VERSION}`);
    await s3ProxyClasses.fetch();
  }
  if (!hasChdb()) {
    say(`downloading chDB ${CHDB_VERSION}, the engine of ClickHouse`);
    await fetchChdb();
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
