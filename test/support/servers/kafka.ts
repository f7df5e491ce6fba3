import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { hasDockerEngine, IMAGES } from '../../verify/docker-engine.mjs';
import { KAFKA_CLASSES } from '../../verify/kafka-classes.mjs';
import { run } from '../../verify/run.mjs';
import { kafkaProperties } from './kafka-properties.js';
import { ask, loopbackPort } from './loopback-port.js';
import { provisionOnce } from './provision-once.js';
import { type OwnServer, type Runner, startUntil } from './runner.js';
import { ServerContainer } from './server-container.js';
import { ServerProcess } from './server-process.js';

export interface KafkaServer extends OwnServer {
  /** `host:port`, as in KAFKA_BROKERS. */
  readonly brokers: string;
  /** The broker keeps its connections and answers nothing. */
  freeze(): void;
  thaw(): void;
}

interface Listener {
  readonly name: string;
  readonly port: number;
  /** What it tells clients to connect to, `host:port`. */
  readonly advertised: string;
  readonly protocol: 'PLAINTEXT' | 'SASL_SSL';
}

interface Options {
  /** Added to its server.properties. */
  readonly properties?: Record<string, string>;
  /** Listeners beside the plain one that `brokers` names. */
  readonly listeners?: readonly Listener[];
}

/** A broker lives too briefly for what the second compiler costs: a third of the work of its start. */
const JAVA = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/** A single-node Apache Kafka of the caller's own, on a free loopback port. */
export async function startKafka({ properties = {}, listeners = [] }: Options = {}) {
  await provisionOnce();
  const port = await loopbackPort();
  const all = { ...withListeners(kafkaProperties(port, await loopbackPort()), listeners), ...properties };
  const ports = listeners.map((listener) => listener.port);
  const runner = hasDockerEngine() ? kafkaContainer(port, ports, all) : await kafkaProcess(all);
  const server: KafkaServer = {
    ...(await startUntil(runner, () => hasBroker(port))),
    brokers: `127.0.0.1:${port}`,
    freeze: () => runner.freeze(),
    thaw: () => runner.thaw(),
  };
  return server;
}

function withListeners(properties: Record<string, string>, listeners: readonly Listener[]) {
  const also = (name: string, entry: (listener: Listener) => string) => ({
    [name]: [properties[name], ...listeners.map(entry)].join(','),
  });
  return {
    ...properties,
    ...also('listeners', ({ name, port }) => `${name}://:${port}`),
    ...also('advertised.listeners', ({ name, advertised }) => `${name}://${advertised}`),
    ...also('listener.security.protocol.map', ({ name, protocol }) => `${name}:${protocol}`),
  };
}

async function kafkaProcess(properties: Record<string, string>): Promise<Runner> {
  const java = [...JAVA, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const classPath = ['-cp', join(KAFKA_CLASSES, '*')];
  const runner = new ServerProcess({
    name: 'Kafka',
    command: (directory) => [
      'java',
      ...java,
      ...classPath,
      'kafka.Kafka',
      join(directory, 'server.properties'),
    ],
    farewell: 'SIGKILL',
  });
  const file = join(runner.directory, 'server.properties');
  const lines = Object.entries({ ...properties, 'log.dirs': join(runner.directory, 'data') });
  writeFileSync(file, lines.map(([name, value]) => `${name}=${value}\n`).join(''));
  const id = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
  await run('java', [
    ...java,
    ...classPath,
    'kafka.tools.StorageTool',
    'format',
    `--cluster-id=${id}`,
    '-c',
    file,
  ]);
  return runner;
}

/** The image takes `a.b` as KAFKA_A_B, and reads its own file only when there is no such variable. */
function kafkaContainer(
  port: number,
  morePorts: readonly number[],
  properties: Record<string, string>,
): Runner {
  const env = Object.entries(properties).map(([name, value]): [string, string] => [
    `KAFKA_${name.replaceAll('.', '_').toUpperCase()}`,
    value,
  ]);
  return new ServerContainer({
    name: 'Kafka',
    image: IMAGES.kafka,
    port: { host: port, container: port },
    morePorts,
    env: Object.fromEntries(env),
  });
}

/** The port opens before the broker has joined its cluster. */
async function hasBroker(port: number): Promise<void> {
  await ask(port);
  const kafka = new Kafka({
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (brokers.length === 0) throw new Error('no broker yet');
  } finally {
    await admin.disconnect();
  }
}
