import { Logger } from '@nestjs/common';
import { type Kafka } from 'kafkajs';
import { Backoff } from '../../../resilience/backoff.js';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { reasonOf } from '../../../resilience/reason-of.js';
import { type ConsumeOptions, type Subscription } from '../../reader.js';
import { logUnavailable } from '../client/kafka-errors.js';
import { ConsumerRun } from './consumer-run.js';

/** Keeps one consumer of a group running until `stop`: a new one replaces each that crashed. */
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
        await this.pauseAfterCrash(error);
      }
    }
  }

  private async pauseAfterCrash(error: unknown): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return;
    const reason = reasonOf(logUnavailable(error));
    this.logger.warn({ event: 'consumer.crashed', group: this.options.group, reason });
    await sleepUnlessAborted(this.backoff.next(), signal);
  }
}
