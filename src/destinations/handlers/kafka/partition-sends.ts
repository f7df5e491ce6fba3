import { type Message } from 'kafkajs';
import { type ItemResult } from '../../contract/delivery-item.js';
import { type Failure, refusesRecords } from './kafka-failure.js';
import { type TopicPartitions } from './topic-partitions.js';

/** Sends records to a topic in one request; undefined when they are acknowledged. */
export type SendOnce = (topic: string, messages: Message[]) => Promise<Failure | undefined>;

/** How long a refused request is halved at most: with an answer to wait for still within the type's time limit. */
const HALVING_MS = 3_000;
const NOT_SENT: ItemResult = { kind: 'retry', reason: 'not_sent' };

/**
 * Sends the records of each partition by themselves and halves what a partition refuses. The framework would halve the whole batch,
 * and write again what other partitions have acknowledged: a request for several fails with the first refusal, and kafkajs does
 * not tell of which.
 */
export class PartitionSends {
  constructor(
    private readonly sendOnce: SendOnce,
    private readonly partitions: TopicPartitions,
    private readonly halvingMs = HALVING_MS,
  ) {}

  /** One result per message, in order. To a topic that is new the first one goes alone, and shows what partitions there are. */
  async send(topic: string, messages: readonly Message[]): Promise<ItemResult[]> {
    const until = Date.now() + this.halvingMs;
    const alone = this.partitions.knows(topic) ? 0 : 1;
    const results = await this.together(topic, messages.slice(0, alone), until);
    if (!this.partitions.knows(topic)) return messages.map(() => results[0] ?? NOT_SENT);
    const rest = messages.slice(alone);
    const groups = [...this.partitions.grouped(topic, rest)];
    const sends = groups.map(async ([partition, places]) => {
      const records = places.map((place) => ({ ...(rest[place] as Message), partition }));
      const sent = await this.together(topic, records, until);
      for (const [index, place] of places.entries()) results[alone + place] = sent[index] ?? NOT_SENT;
    });
    await Promise.all(sends);
    return results;
  }

  /** Records of one partition. What could overtake a record that is to be sent again is not sent. */
  private async together(topic: string, messages: Message[], until: number): Promise<ItemResult[]> {
    if (messages.length === 0) return [];
    const failure = await this.sendOnce(topic, messages);
    if (failure === undefined) return messages.map(() => ({ kind: 'ok' }));
    if (messages.length === 1 || !refusesRecords(failure)) return messages.map(() => failure);
    const middle = Math.ceil(messages.length / 2);
    const results: ItemResult[] = [];
    for (const half of [messages.slice(0, middle), messages.slice(middle)]) {
      const mayGo = Date.now() < until && results.every(({ kind }) => kind === 'ok' || kind === 'reject');
      results.push(...(mayGo ? await this.together(topic, half, until) : half.map(() => NOT_SENT)));
    }
    return results;
  }
}
