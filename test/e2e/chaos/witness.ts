import { execFileSync } from 'node:child_process';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { groupOf } from '../../../src/destinations/delivery/model/prepared-destination.js';

/** Where an event is on its topic. */
export interface Place {
  readonly partition: number;
  readonly offset: bigint;
}

/** What the servers know of a destination's deliveries, whatever becomes of the worker. */
export interface Durable {
  /** By partition, the offset that the group reads next. */
  readonly positions: ReadonlyMap<number, bigint>;
  /** Message ids of the rows that wait for another attempt. */
  readonly waiting: ReadonlySet<string>;
}

/** Looks at Postgres and Kafka from outside, without asking the product. */
export class Witness {
  private readonly admin: Admin;
  private readonly group: string;

  /** `servers` are settings of the product. */
  constructor(
    private readonly servers: Readonly<Record<string, string>>,
    destinationId: string,
  ) {
    this.admin = new Kafka({ brokers: [this.given('KAFKA_BROKERS')], logLevel: logLevel.NOTHING }).admin();
    this.group = groupOf(destinationId);
  }

  connect = () => this.admin.connect();
  disconnect = () => this.admin.disconnect();

  async durable(): Promise<Durable> {
    const rows = await this.rows<{ id: string }>('SELECT message_id AS id FROM deliveries');
    return { positions: await this.positions(), waiting: new Set(rows.map(({ id }) => id)) };
  }

  /** How many events the group has not finished, and how many rows wait. */
  async left(): Promise<{ lag: number; waiting: number }> {
    const ends = await this.admin.fetchTopicOffsets(this.given('EVENTS_TOPIC'));
    const positions = await this.positions();
    const lag = ends.reduce((sum, { partition, high }) => {
      return sum + Number(high) - Math.max(Number(positions.get(partition)), 0);
    }, 0);
    const [row] = await this.rows<{ waiting: number }>('SELECT count(*)::int AS waiting FROM deliveries');
    return { lag, waiting: row!.waiting };
  }

  /** Message id and place of every event on its topic. */
  events = () => this.recordsOf(this.given('EVENTS_TOPIC'));

  /** Message ids of the dead letters: of all records, which may be more than one of an event, and of all rows. */
  async deadLetters(): Promise<{ records: string[]; rows: string[] }> {
    const rows = await this.rows<{ id: string }>('SELECT message_id AS id FROM dead_letters');
    const records = this.recordsOf(this.given('DEAD_LETTERS_TOPIC'));
    return { records: records.map(({ id }) => id), rows: rows.map(({ id }) => id) };
  }

  private given(name: string): string {
    const value = this.servers[name];
    if (value === undefined) throw new Error(`${name} is not given`);
    return value;
  }

  private async positions(): Promise<Map<number, bigint>> {
    const topics = [this.given('EVENTS_TOPIC')];
    const [known] = await this.admin.fetchOffsets({ groupId: this.group, topics });
    return new Map(known!.partitions.map(({ partition, offset }) => [partition, BigInt(offset)]));
  }

  private async rows<Row extends object>(statement: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: this.given('DATABASE_URL') });
    await client.connect();
    try {
      return (await client.query<Row>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  private recordsOf(topic: string): { readonly id: string; readonly place: Place }[] {
    const read = ['-C', '-t', topic, '-o', 'beginning', '-e', '-q', '-f', '%p %o %h\n'];
    const options = { encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
    const lines = execFileSync('kcat', ['-b', this.given('KAFKA_BROKERS'), ...read], options).split('\n');
    return lines.filter(Boolean).map((line) => {
      const [partition = '', offset = '', headers = ''] = line.split(' ');
      const id = /messageId=([^,]*)/.exec(headers)?.[1] ?? '';
      return { id, place: { partition: Number(partition), offset: BigInt(offset) } };
    });
  }
}
