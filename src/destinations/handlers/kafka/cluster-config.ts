import { type KafkaConfig, logLevel } from 'kafkajs';
import { brokerName } from '../../../kafka-login/broker-names.js';
import { kafkaLogin } from '../../../kafka-login/kafka-login.js';
import '../../../kafka-login/dead-sockets.js';
import '../../../kafka-login/request-timers.js';
import { type KafkaSettings } from './kafka.settings.js';

/** Together shorter than the time limit of the type, so that a silent broker is reported by kafkajs's own error. In ms. */
const CONNECT_MS = 3_000;
export const RESPONSE_MS = 6_000;
/** Wait before the next broker of the list, in ms. */
const NEXT_BROKER_MS = 20;

/** The options of kafkajs for the cluster of a destination. */
export function clusterConfig(settings: KafkaSettings): KafkaConfig {
  const { brokers, clientId, caCertificate, clientCertificate, clientKey } = settings;
  const { saslMechanism, username = '', password = '' } = settings;
  const pem = { ca: caCertificate, cert: clientCertificate, key: clientKey };
  return {
    ...{ brokers: brokers.map(brokerName), clientId },
    ...(settings.tls && {
      ssl: Object.fromEntries(Object.entries(pem).filter(([, text]) => text !== undefined)),
    }),
    ...(saslMechanism && { sasl: kafkaLogin({ mechanism: saslMechanism, username, password }) }),
    ...{ connectionTimeout: CONNECT_MS, authenticationTimeout: RESPONSE_MS, requestTimeout: RESPONSE_MS },
    retry: { retries: brokers.length - 1, initialRetryTime: NEXT_BROKER_MS, maxRetryTime: NEXT_BROKER_MS },
    logLevel: logLevel.NOTHING,
  };
}
