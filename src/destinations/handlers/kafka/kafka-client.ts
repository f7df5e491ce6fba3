import { once } from 'node:events';
import { type Socket } from 'node:net';
import kafkajs, {
  CompressionTypes,
  type ISocketFactory,
  Kafka,
  type KafkaConfig,
  logLevel,
  type Message,
  Partitioners,
  type Producer,
} from 'kafkajs';
import { DeliveryError, type ItemResult, type OpenContext, type Opened } from '../../handler.js';
import { failureOf } from './kafka-failure.js';
import { type KafkaSettings } from './kafka.settings.js';

/** Together shorter than the type's time limit, so that the broker's silence is told as what it is. */
const CONNECT_MS = 3_000;
const ANSWER_MS = 6_000;
/** Between two brokers of the list, when the first does not answer. */
const NEXT_BROKER_MS = 20;

/**
 * A producer of one cluster. It tries nothing again but the next broker of the list: that is the framework's. Never
 * idempotent: kafkajs reuses a sequence number after a time-out, and an event can be lost (DESIGN 5.2).
 */
export class KafkaClient implements Opened {
  private readonly sockets = new Set<Socket>();
  private readonly producer: Producer;
  private connected: Promise<void> | undefined;
  /** The last refusal of an address, which kafkajs keeps to itself. */
  private blocked: DeliveryError | undefined;
  private closed = false;

  constructor(private readonly context: OpenContext<KafkaSettings>) {
    const { settings } = context;
    const kafka = new Kafka({ ...configOf(settings), socketFactory: this.connect });
    this.producer = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: settings.createTopics,
      metadataMaxAge: 60_000,
      retry: { retries: 0 },
    });
  }

  /** The result of all the messages where it is the topic's and not the cluster's; throws a DeliveryError for everything else. */
  async send(topic: string, messages: Message[]): Promise<ItemResult> {
    const { compression } = this.context.settings;
    try {
      await (this.connected ??= this.producer.connect());
      await this.producer.send({
        ...{ topic, messages, acks: -1, timeout: ANSWER_MS },
        compression: compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None,
      });
      return { kind: 'ok' };
    } catch (error) {
      const { blocked } = this;
      this.blocked = undefined;
      this.connected = undefined;
      const failure = failureOf(error);
      if (failure.reason === 'unknown_topic') return failure;
      throw blocked && failure.kind === 'retry' ? blocked : new DeliveryError(failure);
    }
  }

  /** The sockets go first: kafkajs would wait for answers that no longer count, and for a server that says nothing, for ever. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(
      [...this.sockets].map((socket) => {
        const gone = once(socket, 'close').catch(() => undefined);
        socket.destroy(new Error('closed'));
        return gone;
      }),
    );
    await this.producer.disconnect();
  }

  private readonly connect: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    if (this.closed) throw new kafkajs.KafkaJSNonRetriableError('closed');
    const { network } = this.context;
    const socket = network.connect({ host, port, ...(this.context.settings.tls && { tls: ssl }) });
    this.sockets.add(socket);
    socket.once(this.context.settings.tls ? 'secureConnect' : 'connect', onConnect);
    socket.on('error', (error) => {
      if (error instanceof DeliveryError) this.blocked = error;
    });
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  };
}

function configOf(settings: KafkaSettings): KafkaConfig {
  const { brokers, clientId, caCertificate, clientCertificate, clientKey } = settings;
  const { saslMechanism, username = '', password = '' } = settings;
  const pem = { ca: caCertificate, cert: clientCertificate, key: clientKey };
  return {
    ...{ brokers, clientId },
    ...(settings.tls && {
      ssl: Object.fromEntries(Object.entries(pem).filter(([, text]) => text !== undefined)),
    }),
    // The union of kafkajs wants one literal mechanism at a time.
    ...(saslMechanism && { sasl: { mechanism: saslMechanism as 'plain', username, password } }),
    ...{ connectionTimeout: CONNECT_MS, authenticationTimeout: ANSWER_MS, requestTimeout: ANSWER_MS },
    retry: { retries: brokers.length - 1, initialRetryTime: NEXT_BROKER_MS, maxRetryTime: NEXT_BROKER_MS },
    logLevel: logLevel.NOTHING,
  };
}
