import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { hasDockerEngine, IMAGES } from '../../verify/docker-engine.mjs';
import { KAFKA_CLASSES } from '../../verify/kafka-classes.mjs';
import { CONTAINER, kafkaProperties, type Listener, PROCESS } from './kafka/properties.js';
import { copyFormattedStorage, writeProperties } from './kafka/storage.js';
import { type OwnServer, type Runner, startServer } from './lifecycle/runner.js';
import { ServerContainer } from './lifecycle/server-container.js';
import { ServerProcess } from './lifecycle/server-process.js';
import { exchange, loopbackPort } from './loopback-port.js';
import { provisionOnce } from './provision-once.js';

export interface KafkaServer extends OwnServer {
  /** `host:port`, in the format of KAFKA_BROKERS. */
  readonly brokers: string;
  /** The broker keeps its connections, but answers nothing. */
  freeze(): void;
  thaw(): void;
}

type Properties = Readonly<Record<string, string>>;

interface Options {
  /** Added to its server.properties. */
  readonly properties?: Properties;
  /** Listeners beside the plain one that `brokers` names. The caller picks their ports, so a retry keeps them. */
  readonly listeners?: readonly Listener[];
  /** Whether its speed is measured: then it has the second compiler, as every broker that runs for long. */
  readonly isMeasured?: boolean;
}

/** A broker of a test does not live long enough for the second compiler, which takes a third of the start's CPU time. */
const SHORT_LIVED = '-XX:TieredStopAtLevel=1';
const JAVA = [
  ...(['java', '-Xmx512m', '-XX:+UseSerialGC', SHORT_LIVED] as const),
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  ...['-cp', join(KAFKA_CLASSES, '*')],
] as const;

const [PROGRAM, ...JAVA_OPTIONS] = JAVA;

function javaOf(isMeasured: boolean): [string, ...string[]] {
  return [PROGRAM, ...JAVA_OPTIONS.filter((option) => !isMeasured || option !== SHORT_LIVED)];
}

/** Starts a single-node Apache Kafka that belongs to the caller, on a loopback port. */
export async function startKafka({
  properties = {},
  listeners = [],
  isMeasured = false,
}: Options = {}): Promise<KafkaServer> {
  await provisionOnce();
  return startServer(async () => {
    const port = await loopbackPort();
    const runner = hasDockerEngine()
      ? kafkaContainer(port, listeners, properties)
      : await kafkaProcess(port, listeners, properties, isMeasured);
    const describe = () => ({
      brokers: `127.0.0.1:${port}`,
      freeze: () => runner.freeze(),
      thaw: () => runner.thaw(),
    });
    return { runner, probe: () => describeCluster(port), describe };
  });
}

async function kafkaProcess(
  port: number,
  listeners: readonly Listener[],
  properties: Properties,
  isMeasured: boolean,
): Promise<Runner> {
  const runner = new ServerProcess({
    name: 'Kafka',
    ports: [port, ...listeners.map((listener) => listener.port)],
    command: (directory) => [...javaOf(isMeasured), 'kafka.Kafka', join(directory, 'server.properties')],
    stopSignal: 'SIGKILL',
  });
  const data = join(runner.directory, 'data');
  await copyFormattedStorage(data, JAVA);
  await writeProperties(join(runner.directory, 'server.properties'), {
    ...kafkaProperties(port, listeners, PROCESS),
    ...properties,
    'log.dirs': data,
  });
  return runner;
}

/** The image reads `a.b` from KAFKA_A_B, and its own file only when no such variable is set. */
function kafkaContainer(port: number, listeners: readonly Listener[], properties: Properties): Runner {
  const settings = { ...kafkaProperties(port, listeners, CONTAINER), ...properties };
  const env = Object.entries(settings).map(([name, value]): [string, string] => [
    `KAFKA_${name.replaceAll('.', '_').toUpperCase()}`,
    value,
  ]);
  return new ServerContainer({
    name: 'Kafka',
    image: IMAGES.kafka,
    port: { host: port, container: port },
    morePorts: listeners.map((listener) => listener.port),
    env: Object.fromEntries(env),
  });
}

/** The port opens before the broker has joined its cluster. */
async function describeCluster(port: number): Promise<void> {
  await exchange(port);
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
    if (brokers.length === 0) throw new Error('the broker has not joined its cluster yet');
  } finally {
    await admin.disconnect();
  }
}
