import { Logger } from '@nestjs/common';
import { type Kafka } from 'kafkajs';
import { Backoff, pause } from '../../../resilience/backoff.js';
import { type ConsumeOptions, type Subscription } from '../../reader.js';
import { ConsumerRun } from './consumer-run.js';
import { sentenceOf } from '../client/kafka-fault.js';

/** Keeps one consumer of a group running: whatever ends it, a new one takes its place, until `stop`. */
export class KafkaSubscription implements Subscription {
  private readonly logger = new Logger(KafkaSubscription.name);
  private readonly stopping = new AbortController();
  private readonly backoff = new Backoff(200, 3_000);
  private readonly done: Promise<void>;
  private current: ConsumerRun | undefined;
  private paused = false;

  constructor(
    private readonly kafka: Kafka,
    private readonly options: ConsumeOptions,
    private readonly onStopped: (subscription: KafkaSubscription) => void,
  ) {
    this.done = this.supervise();
  }

  pause(): void {
    this.paused = true;
    this.current?.applyPause();
  }

  resume(): void {
    this.paused = false;
    this.current?.applyPause();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.done;
    this.onStopped(this);
  }

  private async crashed(error: unknown): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    const { group } = this.options;
    this.logger.warn({ event: 'consumer.crashed', group, reason: sentenceOf(error) });
    await pause(this.backoff.next(), signal);
  }

  private async supervise(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        this.current = new ConsumerRun(
          this.kafka,
          this.options,
          () => this.paused,
          () => this.backoff.reset(),
        );
        await this.current.run(signal);
      } catch (error) {
        await this.crashed(error);
      }
    }
  }
}
