import { yieldToEventLoop } from '../../resilience/pauses.js';
import { type GroupConsumer } from '../shared/group-consumer.js';
import { PartitionFeed } from '../shared/partition-feed.js';
import { Stretch } from '../shared/stretch.js';
import { TopicFanOut } from '../shared/topic-fan-out.js';
import { type TopicLog } from './topic-log.js';

/** Most records and bytes of one read. */
const MAX_RECORDS = 1_000;
const MAX_BYTES = 1_048_576;

/** Reads one topic once for all groups of the process. */
export class TopicReader {
  private readonly stopping = new AbortController();
  private readonly fanOut = new TopicFanOut();
  private readonly feed: PartitionFeed;
  private readonly done: Promise<void>;
  private wake: () => void = () => undefined;

  constructor(private readonly topic: TopicLog) {
    this.feed = new PartitionFeed(topic.name, 0, BigInt(topic.end), (from) => this.older(from));
    this.fanOut.open([this.feed]);
    this.done = this.run();
  }

  add(consumer: GroupConsumer): void {
    this.fanOut.add(consumer);
  }

  remove(consumer: GroupConsumer): void {
    this.fanOut.remove(consumer);
  }

  /** Resolves when the in-flight batches have ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await Promise.all([this.fanOut.close(), this.done]);
  }

  private async run(): Promise<void> {
    const removeListener = this.topic.onGrowth(() => this.wake());
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (this.feed.tail < this.topic.end) {
        this.feed.append(this.read(this.feed.tail));
        await yieldToEventLoop();
      } else await new Promise<void>((resolve) => (this.wake = resolve));
    }
    removeListener();
  }

  /** Groups that catch up take turns with everything else in the process. */
  private async older(from: bigint): Promise<Stretch> {
    await yieldToEventLoop();
    this.stopping.signal.throwIfAborted();
    return this.read(from);
  }

  /** The first records at or after an offset; none where retention has removed all of them. */
  private read(from: bigint): Stretch {
    const records = this.topic.read(Number(from), MAX_RECORDS, MAX_BYTES);
    const last = records.at(-1);
    return new Stretch(from, last === undefined ? BigInt(this.topic.end) : last.offset + 1n, records);
  }
}
