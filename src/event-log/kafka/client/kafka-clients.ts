import { readFileSync } from 'node:fs';
import net from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { type ISocketFactory, Kafka, logLevel, type KafkaConfig as ClientConfig } from 'kafkajs';
import { type KafkaConfig } from '../../../config/kafka.config.js';
import { brokerName, hostOfBroker } from '../../../kafka-login/broker-names.js';
import { kafkaLogin } from '../../../kafka-login/kafka-login.js';
import '../../../kafka-login/dead-sockets.js';
import '../../../kafka-login/request-timers.js';
import { kafkaLogCreator } from './kafka-logger.js';

const KEEP_ALIVE_MS = 60_000;

/**
 * Two clients, because kafkajs sets retries per client: a send must fail quickly, since the producer queue decides about
 * its retry, while consumers and administration can wait for kafkajs to retry.
 */
export interface KafkaClients {
  /** For producing and probing: no retry, a result within about 1.5 s. */
  readonly prompt: Kafka;
  /** For consuming and administration. */
  readonly patient: Kafka;
}

/** Throws when a file of a KAFKA_TLS_*_FILE setting cannot be read. */
export function createClients(config: KafkaConfig): KafkaClients {
  const brokers = config.KAFKA_BROKERS ?? [];
  const common: ClientConfig = {
    clientId: 'tributary',
    brokers: brokers.map(brokerName),
    // Elsewhere the factory of kafkajs is right.
    ...(brokers.some((broker) => broker.startsWith('[')) && { socketFactory: connect }),
    connectionTimeout: 1_000,
    logLevel: logLevel.WARN,
    logCreator: kafkaLogCreator,
    ...tls(config),
    ...login(config),
  };
  return {
    prompt: new Kafka({
      ...common,
      requestTimeout: 1_500,
      authenticationTimeout: 1_500,
      retry: { retries: 0 },
    }),
    patient: new Kafka({
      ...common,
      requestTimeout: 10_000,
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 2_000 },
    }),
  };
}

/** Like the factory of kafkajs, with the host of a broker that has an IPv6 address. */
const connect: ISocketFactory = ({ host: name, port, ssl, onConnect }) => {
  const host = hostOfBroker(name);
  const to = { host, port, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
  // Without TLS kafkajs passes none, although its types say so.
  const options = ssl as typeof ssl | null | undefined;
  if (!options) return net.connect(to, onConnect);
  return tlsConnect({ ...to, ...(net.isIP(host) === 0 && { servername: host }), ...options }, onConnect);
};

function tls(config: KafkaConfig): Pick<ClientConfig, 'ssl'> {
  if (!config.KAFKA_TLS) return {};
  const files = {
    ca: pem(config, 'KAFKA_TLS_CA_FILE'),
    cert: pem(config, 'KAFKA_TLS_CERT_FILE'),
    key: pem(config, 'KAFKA_TLS_KEY_FILE'),
  };
  return { ssl: Object.fromEntries(Object.entries(files).filter(([, text]) => text !== undefined)) };
}

type PemSetting = 'KAFKA_TLS_CA_FILE' | 'KAFKA_TLS_CERT_FILE' | 'KAFKA_TLS_KEY_FILE';

function pem(config: KafkaConfig, setting: PemSetting): string | undefined {
  const path = config[setting];
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`The file of ${setting} cannot be read.`, { cause: error });
  }
}

function login(config: KafkaConfig): Pick<ClientConfig, 'sasl'> {
  const {
    KAFKA_SASL_MECHANISM: mechanism,
    KAFKA_SASL_USERNAME: username,
    KAFKA_SASL_PASSWORD: password,
  } = config;
  if (mechanism === undefined || username === undefined || password === undefined) return {};
  return { sasl: kafkaLogin({ mechanism, username, password }) };
}
