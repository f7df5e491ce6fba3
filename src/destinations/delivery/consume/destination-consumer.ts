import { Logger } from '@nestjs/common';
import { type Reader } from '../../../event-log/reader.js';
import { type OnBatch, type Subscription } from '../../../event-log/reader.js';
import { groupOf } from '../model/prepared-destination.js';
import { type BatchSize } from '../model/gathering.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/**
 * `paused` stays in the group and reads nothing, so that it goes on at once: Kafka lets the first member of an empty group wait,
 * three seconds by default. `gone`: the destination was deleted, and its group goes too, for the log keeps what a group has not
 * read.
 */
type State = 'running' | 'paused' | 'stopped' | 'gone';

/**
 * The consumer of one destination, in the state that is wanted. Changes never overlap, and a start that fails is tried
 * again. The group's position is fixed even when it is to stand still, so that nothing published meanwhile is missed.
 */
export class DestinationConsumer {
  private readonly logger = new Logger(DestinationConsumer.name);
  private wanted: State = 'stopped';
  private size: BatchSize = { maxRecords: 1, maxBytes: 1 };
  private subscription: (Subscription & BatchSize) | undefined;
  private positioned = false;
  private work: Promise<void> = Promise.resolve();
  private again: NodeJS.Timeout | undefined;
  private wait = FIRST_WAIT_MS;

  constructor(
    private readonly destinationId: string,
    private readonly since: Date,
    private readonly topic: string,
    private readonly reader: Reader,
    private readonly onBatch: OnBatch,
  ) {}

  /** Resolves when it is so, or when the first try has failed. */
  set(wanted: State, size = this.size): Promise<void> {
    this.wanted = wanted;
    this.size = size;
    clearTimeout(this.again);
    this.work = this.work.then(() => this.settle());
    return this.work;
  }

  /** An edge: a log that is away is said once per try and tried again. */
  private async settle(): Promise<void> {
    try {
      if (this.wanted === 'gone') await this.end();
      else {
        await this.fixPosition();
        await (this.wanted === 'stopped' ? this.stop() : this.start());
      }
      this.wait = FIRST_WAIT_MS;
    } catch (error) {
      const problem = error instanceof Error ? error.name : String(error);
      this.logger.warn({ event: `consumer.not_${this.wanted}`, destination: this.destinationId, problem });
      clearTimeout(this.again);
      this.again = setTimeout(() => void this.set(this.wanted), this.wait).unref();
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    }
  }

  private async fixPosition(): Promise<void> {
    if (this.positioned) return;
    await this.reader.fixPosition(groupOf(this.destinationId), [this.topic], this.since);
    this.positioned = true;
  }

  private async start(): Promise<void> {
    const { maxRecords, maxBytes } = this.size;
    const standing = this.subscription;
    if (standing?.maxRecords !== maxRecords || standing.maxBytes !== maxBytes) await this.restart(this.size);
    if (this.wanted === 'paused') this.subscription?.pause();
    else this.subscription?.resume();
  }

  private async restart(size: BatchSize): Promise<void> {
    await this.stop();
    const subscription = await this.reader.consume({
      topics: [this.topic],
      group: groupOf(this.destinationId),
      onBatch: this.onBatch,
      ...size,
    });
    this.subscription = Object.assign(subscription, size);
  }

  private async end(): Promise<void> {
    await this.stop();
    await this.reader.deleteGroup(groupOf(this.destinationId));
  }

  private async stop(): Promise<void> {
    const standing = this.subscription;
    this.subscription = undefined;
    await standing?.stop();
  }
}
