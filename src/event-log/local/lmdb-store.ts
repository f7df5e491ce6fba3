import { open, type RootDatabase } from 'lmdb';
import { type LogRecord } from '../appender.js';
import { DurableWrites } from './durable-writes.js';
import { GroupPositions } from './group-positions.js';
import { encodeRecord } from './record-format.js';
import { TopicLog } from './topic-log.js';

const TOPIC_PREFIX = 'topic/';
const MAX_TOPICS = 1_024;

export interface EncodedRecord {
  readonly topic: string;
  readonly bytes: Buffer;
}

export const encodeAll = (records: readonly LogRecord[]): EncodedRecord[] =>
  records.map((record) => ({ topic: record.topic, bytes: encodeRecord(record) }));

/** The LMDB environment in one folder: a database per topic, and one of group positions. One process at a time. */
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
      // Turns are made in DurableWrites.
      eventTurnBatching: false,
      maxDbs: MAX_TOPICS + 8,
      // Address space, not disk: room for the tree itself and for pages that wait to be used again.
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

  /** About how much of the disk all topics take. */
  get bytes(): number {
    return this.allTopics().reduce((sum, topic) => sum + topic.bytes, 0);
  }

  allTopics(): TopicLog[] {
    return [...this.topics.values()];
  }

  topic(name: string): TopicLog {
    const known = this.topics.get(name);
    if (known !== undefined) return known;
    const topic = new TopicLog(name, this.env.openDB(`${TOPIC_PREFIX}${name}`, { encoding: 'binary' }));
    this.topics.set(name, topic);
    return topic;
  }

  /** All of the records or none, in order, on disk when it resolves. Rejects with LogUnavailable. */
  async append(records: readonly EncodedRecord[]): Promise<void> {
    const topics = records.map(({ topic }) => this.topic(topic));
    const now = Date.now();
    const offsets = records.map(({ bytes }, index) => topics[index]?.place(bytes, now) ?? 0);
    const reached = new Map(topics.map((topic) => [topic, topic.next]));
    await this.writes.write(() => {
      records.forEach(({ bytes }, index) => topics[index]?.put(offsets[index] ?? 0, bytes));
    });
    for (const [topic, offset] of reached) topic.reached(offset);
  }

  /** One transaction; resolves when it is on disk. */
  write(action: () => void): Promise<void> {
    return this.writes.write(action);
  }

  /** Resolves when the disk takes writes again. */
  async probe(): Promise<void> {
    await this.writes.write(() => void this.env.put('probe', Buffer.alloc(1)));
  }

  /** After a write has failed: what the disk says counts, not what was meant to be there. */
  async reload(): Promise<void> {
    await this.writes.settle();
    this.env.resetReadTxn();
    for (const topic of this.allTopics()) topic.reload();
  }

  /** Resolves when everything queued so far is on disk, group positions too. */
  flush(): Promise<void> {
    return this.writes.settle();
  }

  async close(): Promise<void> {
    await this.flush();
    await this.env.close();
  }
}
