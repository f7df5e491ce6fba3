import { once } from 'node:events';
import { type Consumer, type Kafka } from 'kafkajs';
import { LogUnavailable } from '../../append-errors.js';
import { type ConsumeOptions } from '../../reader.js';
import { fetchSizes, CONSUMER_SETTINGS, JOIN_TIMEOUT_MS, PARTITIONS_AT_ONCE } from './consumer-settings.js';
import { PartitionWork } from './partition-work.js';

/** One kafkajs consumer, from its making to its crash or stop. */
export class ConsumerRun {
  private readonly consumer: Consumer;
  private joinTimer: NodeJS.Timeout | undefined;
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
  }

  /** Resolves after the signal, when the work is done and the group is left; rejects when the consumer crashed. */
  async run(stopping: AbortSignal): Promise<void> {
    const failed = this.failure();
    const stopped: Promise<unknown> = stopping.aborted ? Promise.resolve() : once(stopping, 'abort');
    const started = this.start(stopping).then(() => stopped);
    try {
      await Promise.race([started, stopped, failed]);
    } finally {
      this.running = false;
      clearTimeout(this.joinTimer);
      started.catch(() => undefined);
      await this.consumer.disconnect().catch(() => undefined);
    }
  }

  /** Follows the pause flag: a new consumer knows nothing of a pause that began before it. */
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

  /** Rejects on a crash, and when no assignment comes: kafkajs can wait for one forever. */
  private failure(): Promise<never> {
    const { events } = this.consumer;
    const failed = new Promise<never>((_, reject) => {
      const expectJoin = () => {
        clearTimeout(this.joinTimer);
        this.joinTimer = setTimeout(() => {
          reject(new LogUnavailable(`The group ${this.options.group} gives no assignment.`));
        }, JOIN_TIMEOUT_MS);
      };
      expectJoin();
      this.consumer.on(events.REBALANCING, expectJoin);
      this.consumer.on(events.GROUP_JOIN, () => {
        clearTimeout(this.joinTimer);
        this.onJoined();
      });
      this.consumer.on(events.CRASH, ({ payload }) => reject(payload.error));
    });
    failed.catch(() => undefined);
    return failed;
  }
}
