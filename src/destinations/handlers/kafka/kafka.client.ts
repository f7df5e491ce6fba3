import { once } from 'node:events';
import { type Socket } from 'node:net';
import kafkajs, { CompressionTypes, type ISocketFactory, Kafka, type Message, type Producer } from 'kafkajs';
import { hostOfBroker } from '../../../kafka-login/broker-names.js';
import { type OpenContext, type Opened } from '../../contract/context.js';
import { DeliveryError } from '../../contract/delivery-error.js';
import { type FailureResult, type ItemResult } from '../../contract/delivery-item.js';
import { clusterConfig, RESPONSE_MS } from './cluster-config.js';
import './forward-decoder.js';
import { FrameCheck } from './frame-check.js';
import { kafkaFailure, refusesRecords } from './kafka.failure.js';
import { type KafkaSettings } from './kafka.settings.js';
import { PartitionSends } from './partition-sends.js';
import { TopicPartitions } from './topic-partitions.js';

/**
 * A producer for one cluster. It tries each broker of the list once; all other retries belong to the framework. It is not
 * idempotent: kafkajs reuses a sequence number after a timeout, which can lose an event (DESIGN 5.2).
 */
export class KafkaClient implements Opened {
  private readonly sockets = new Set<Socket>();
  private readonly producer: Producer;
  private connected: Promise<void> | undefined;
  private readonly blocked = new Map<string, DeliveryError>();
  private readonly partitions = new TopicPartitions();
  private readonly sends = new PartitionSends((...args) => this.sendOnce(...args), this.partitions);
  private closed = false;

  constructor(private readonly context: OpenContext<KafkaSettings>) {
    const { settings } = context;
    const kafka = new Kafka({ ...clusterConfig(settings), socketFactory: this.connect });
    this.producer = kafka.producer({
      createPartitioner: this.partitions.partitioner,
      allowAutoTopicCreation: settings.createTopics,
      metadataMaxAge: 60_000,
      retry: { retries: 0 },
    });
  }

  /** Returns one result per message, in order. Never rejects. */
  send(topic: string, messages: readonly Message[]): Promise<readonly ItemResult[]> {
    return this.sends.send(topic, messages);
  }

  /** Closes the sockets first: kafkajs would wait for responses in flight, and for ever for a silent server. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(
      [...this.sockets].map((socket) => {
        const closed = once(socket, 'close').catch(() => undefined);
        socket.destroy(new Error('closed'));
        return closed;
      }),
    );
    await this.producer.disconnect();
  }

  private async sendOnce(topic: string, messages: Message[]): Promise<FailureResult | undefined> {
    const { compression } = this.context.settings;
    try {
      await (this.connected ??= this.producer.connect());
      await this.producer.send({
        ...{ topic, messages, acks: -1, timeout: RESPONSE_MS },
        compression: compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None,
      });
      return undefined;
    } catch (error) {
      const failure = kafkaFailure(error, this.blocked);
      if (!refusesRecords(failure)) this.connected = undefined;
      return failure;
    }
  }

  private readonly connect: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    if (this.closed) throw new kafkajs.KafkaJSNonRetriableError('closed');
    const { network } = this.context;
    const check = new FrameCheck();
    const inspect = (chunk: Buffer): void => check.read(chunk);
    const to = { host: hostOfBroker(host), port, inspect };
    const socket = network.connect({ ...to, ...(this.context.settings.tls && { tls: ssl }) });
    this.sockets.add(socket);
    socket.once(this.context.settings.tls ? 'secureConnect' : 'connect', onConnect);
    socket.on('error', (error) => {
      if (error instanceof DeliveryError) this.blocked.set(`${host}:${port}`, error);
      else this.blocked.delete(`${host}:${port}`);
    });
    socket.once('close', () => this.sockets.delete(socket));
    return socket;
  };
}
