import { Logger } from '@nestjs/common';
import { type Interest, type OnBatch, type Reader, type Subscription } from '../../../event-log/reader.js';
import { Backoff } from '../../../resilience/backoff.js';
import { sleepUnlessAborted } from '../../../resilience/pauses.js';
import { reasonOf } from '../../../resilience/reason-of.js';
import { groupOf } from '../model/prepared-destination.js';
import { type BatchSize } from '../model/gathering.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * `paused` keeps the position without reading, so that it resumes at once and Kafka does not forget the position. `gone`: the
 * destination was deleted, and so is its group, because the log keeps what a group has not read.
 */
type State = 'running' | 'paused' | 'stopped' | 'gone';

/**
 * The consumer of one destination. Changes of its state never overlap, and a failed change is retried. The group's position
 * is fixed even for a consumer that does not start, so that it misses no event that is published meanwhile.
 */
export class DestinationConsumer {
  private readonly logger = new Logger(DestinationConsumer.name);
  private target: State = 'stopped';
  private size: BatchSize = { maxRecords: 1, maxBytes: 1 };
  private subscription: (Subscription & BatchSize) | undefined;
  private positioned = false;
  private work: Promise<void> = Promise.resolve();
  private readonly backoff = new Backoff(FIRST_WAIT_MS, LONGEST_WAIT_MS);
  /** Ends the wait for the retry of a failed change. */
  private waiting = new AbortController();

  constructor(
    private readonly destinationId: string,
    private readonly since: Date,
    private readonly topic: string,
    private readonly reader: Reader,
    private readonly onBatch: OnBatch,
    private readonly interest: Interest,
  ) {}

  /** Resolves when the consumer is in this state, or when the first try has failed. */
  set(target: State, size = this.size): Promise<void> {
    this.target = target;
    this.size = size;
    this.waiting.abort();
    this.work = this.work.then(() => this.settle());
    return this.work;
  }

  /** Where the log is unavailable, each failed try is logged and retried. */
  private async settle(): Promise<void> {
    try {
      if (this.target === 'gone') await this.end();
      else {
        await this.fixPosition();
        await (this.target === 'stopped' ? this.stop() : this.start());
      }
      this.backoff.reset();
    } catch (error) {
      const { destinationId: destination } = this;
      this.logger.warn({ event: `consumer.not_${this.target}`, destination, reason: reasonOf(error) });
      void this.retryLater();
    }
  }

  private async retryLater(): Promise<void> {
    this.waiting.abort();
    const { signal } = (this.waiting = new AbortController());
    await sleepUnlessAborted(this.backoff.next(), signal, { ref: false });
    if (!signal.aborted) await this.set(this.target);
  }

  private async fixPosition(): Promise<void> {
    if (this.positioned) return;
    await this.reader.fixPosition(groupOf(this.destinationId), [this.topic], this.since);
    this.positioned = true;
  }

  private async start(): Promise<void> {
    const { maxRecords, maxBytes } = this.size;
    const current = this.subscription;
    if (current?.maxRecords !== maxRecords || current.maxBytes !== maxBytes) await this.restart(this.size);
    if (this.target === 'paused') this.subscription?.pause();
    else this.subscription?.resume();
  }

  private async restart(size: BatchSize): Promise<void> {
    await this.stop();
    const subscription = await this.reader.consume({
      topics: [this.topic],
      group: groupOf(this.destinationId),
      onBatch: this.onBatch,
      interest: this.interest,
      ...size,
    });
    this.subscription = Object.assign(subscription, size);
  }

  private async end(): Promise<void> {
    await this.stop();
    await this.reader.deleteGroup(groupOf(this.destinationId));
  }

  private async stop(): Promise<void> {
    const current = this.subscription;
    this.subscription = undefined;
    await current?.stop();
  }
}
