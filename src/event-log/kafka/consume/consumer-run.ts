import { type Consumer, type Kafka } from 'kafkajs';
import { type ConsumeOptions } from '../../reader.js';
import { AssignmentWatch } from './assignment-watch.js';
import { CONSUMER_SETTINGS, fetchSizes, PARTITIONS_AT_ONCE } from './consumer-settings.js';
import { PartitionWork } from './partition-work.js';

/** One kafkajs consumer, from its creation to its crash or stop. */
export class ConsumerRun {
  private readonly consumer: Consumer;
  private readonly ended: Promise<void>;
  private resolve: () => void = () => undefined;
  private reject: (error: unknown) => void = () => undefined;
  private running = false;

  constructor(
    kafka: Kafka,
    private readonly options: ConsumeOptions,
    private readonly isPaused: () => boolean,
    private readonly onJoined: () => void,
  ) {
    this.consumer = kafka.consumer({
      ...CONSUMER_SETTINGS,
      ...fetchSizes(options.maxBytes),
      groupId: options.group,
    });
    this.ended = new Promise((resolve, reject) => ([this.resolve, this.reject] = [resolve, reject]));
  }

  /**
   * Resolves after the signal, when the in-flight batches have ended and the member has left the group. Rejects when the
   * consumer crashed or got no partitions.
   */
  async run(stopping: AbortSignal): Promise<void> {
    const { consumer, resolve, reject } = this;
    const watch = new AssignmentWatch(consumer, this.options.group, reject);
    consumer.on(consumer.events.GROUP_JOIN, this.onJoined);
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    if (stopping.aborted) resolve();
    else stopping.addEventListener('abort', resolve, { once: true });
    this.start(stopping).catch(reject);
    try {
      await this.ended;
    } finally {
      this.running = false;
      watch.stop();
      stopping.removeEventListener('abort', resolve);
      await consumer.disconnect().catch(() => undefined);
    }
  }

  /** Applies the pause flag of the subscription: a new consumer starts without the pause of its predecessor. */
  applyPause(): void {
    if (!this.running) return;
    const topics = this.options.topics.map((topic) => ({ topic }));
    if (this.isPaused()) this.consumer.pause(topics);
    else this.consumer.resume(topics);
  }

  private async start(stopping: AbortSignal): Promise<void> {
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => new PartitionWork(payload, this.options, stopping, this.isPaused).run(),
    });
    this.running = !stopping.aborted;
    this.applyPause();
  }
}
