import { open, type RootDatabase } from 'lmdb';
import { type LogRecord } from '../appender.js';
import { DurableWrites } from './durable-writes.js';
import { GroupPositions } from './group-positions.js';
import { encodeRecord } from './record-format.js';
import { TopicLog } from './topic-log.js';

const TOPIC_PREFIX = 'topic/';
const MAX_TOPICS = 1_024;

/** A record as bytes, before it has an offset. */
export interface EncodedRecord {
  readonly topic: string;
  readonly bytes: Buffer;
}

/** Encodes outside of any transaction, which holds up other writers. */
export const encodeAll = (records: readonly LogRecord[]): EncodedRecord[] =>
  records.map((record) => ({ topic: record.topic, bytes: encodeRecord(record) }));

/** The LMDB environment in one folder: a database per topic, and one for group positions. For one process at a time. */
export class LmdbStore {
  readonly positions: GroupPositions;
  private readonly env: RootDatabase<Buffer>;
  private readonly writes: DurableWrites;
  private readonly topics = new Map<string, TopicLog>();

  constructor(directory: string, maxBytes: number, deadlineMs: number) {
    this.env = open<Buffer>({
      path: directory,
      encoding: 'binary',
      overlappingSync: true,
      // DurableWrites batches instead.
      eventTurnBatching: false,
      maxDbs: MAX_TOPICS + 8,
      // Address space, not disk: includes the tree itself and free pages.
      mapSize: 2 * maxBytes + 256 * 1_048_576,
    });
    this.writes = new DurableWrites(this.env, deadlineMs);
    this.positions = new GroupPositions(
      this.env.openDB('positions', { encoding: 'ordered-binary' }),
      this.writes,
    );
    for (const name of [...this.env.getKeys()])
      if (typeof name === 'string' && name.startsWith(TOPIC_PREFIX))
        this.topic(name.slice(TOPIC_PREFIX.length));
  }

  /** About how many bytes of the disk all topics take. */
  get bytes(): number {
    return this.allTopics().reduce((sum, topic) => sum + topic.bytes, 0);
  }

  allTopics(): TopicLog[] {
    return [...this.topics.values()];
  }

  /** The topic of this name, created when missing. */
  topic(name: string): TopicLog {
    const known = this.topics.get(name);
    if (known !== undefined) return known;
    const topic = new TopicLog(name, this.env.openDB(`${TOPIC_PREFIX}${name}`, { encoding: 'binary' }));
    this.topics.set(name, topic);
    return topic;
  }

  /** Appends all of the records or none, in order. Resolves when they are fsynced; rejects with LogUnavailable. */
  async append(records: readonly EncodedRecord[]): Promise<void> {
    const topics = records.map(({ topic }) => this.topic(topic));
    const now = Date.now();
    const offsets = records.map(({ bytes }, index) => topics[index]?.place(bytes, now) ?? 0);
    const ends = new Map(topics.map((topic) => [topic, topic.next]));
    await this.writes.write(() => {
      records.forEach(({ bytes }, index) => topics[index]?.put(offsets[index] ?? 0, bytes));
    });
    for (const [topic, offset] of ends) topic.durableUpTo(offset);
  }

  /** Runs the action within one transaction; resolves when it is fsynced. */
  write(action: () => void): Promise<void> {
    return this.writes.write(action);
  }

  /** Writes a small value; rejects while the disk takes no writes. */
  async probe(): Promise<void> {
    await this.writes.write(() => void this.env.put('probe', Buffer.alloc(1)));
  }

  /** After a failed write: replaces the bounds in memory by those on the disk. */
  async reload(): Promise<void> {
    await this.writes.settle();
    this.env.resetReadTxn();
    for (const topic of this.allTopics()) topic.reload();
  }

  /** Resolves when all queued writes have ended, those of group positions too. */
  flush(): Promise<void> {
    return this.writes.settle();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.env.close();
  }
}
