import { type Message } from 'kafkajs';
import { type FailureResult, type ItemResult } from '../../contract/delivery-item.js';
import { halvesOf } from '../../contract/halves.js';
import { refusesRecords } from './kafka.failure.js';
import { type TopicPartitions } from './topic-partitions.js';

/** Sends records to a topic in one request. Resolves to undefined when the cluster has acknowledged them. */
export type SendOnce = (topic: string, messages: Message[]) => Promise<FailureResult | undefined>;

/** Time for halving a refused request, in ms. With one more response it still ends within the time limit of the type. */
const HALVING_MS = 3_000;
const NOT_SENT: ItemResult = { kind: 'retry', reason: 'not_sent' };

/**
 * Sends one request per partition, and halves the requests that a partition refuses. The framework would halve the whole batch
 * and repeat records that other partitions have acknowledged: a request for several partitions fails with the first refusal,
 * and kafkajs does not report the partition.
 */
export class PartitionSends {
  constructor(
    private readonly sendOnce: SendOnce,
    private readonly partitions: TopicPartitions,
    private readonly halvingMs = HALVING_MS,
  ) {}

  /** Returns one result per message, in order. The first message to a new topic is sent alone, to learn the partitions. */
  async send(topic: string, messages: readonly Message[]): Promise<ItemResult[]> {
    const deadline = Date.now() + this.halvingMs;
    const firstCount = this.partitions.knows(topic) ? 0 : 1;
    const results = await this.sendHalving(topic, messages.slice(0, firstCount), deadline);
    if (!this.partitions.knows(topic)) return messages.map(() => results[0] ?? NOT_SENT);
    const rest = messages.slice(firstCount);
    const groups = [...this.partitions.grouped(topic, rest)];
    const sends = groups.map(async ([partition, positions]) => {
      const records = positions.map((position) => ({ ...(rest[position] as Message), partition }));
      const sent = await this.sendHalving(topic, records, deadline);
      for (const [index, position] of positions.entries())
        results[firstCount + position] = sent[index] ?? NOT_SENT;
    });
    await Promise.all(sends);
    return results;
  }

  /** Sends records of one partition. After a record that needs a retry it sends no later ones, which keeps their order. */
  private async sendHalving(
    topic: string,
    messages: readonly Message[],
    deadline: number,
  ): Promise<ItemResult[]> {
    if (messages.length === 0) return [];
    const failure = await this.sendOnce(topic, [...messages]);
    if (failure === undefined) return messages.map(() => ({ kind: 'ok' }));
    if (messages.length === 1 || !refusesRecords(failure)) return messages.map(() => failure);
    const results: ItemResult[] = [];
    for (const half of halvesOf(messages)) {
      const maySend =
        Date.now() < deadline && results.every(({ kind }) => kind === 'ok' || kind === 'reject');
      results.push(...(maySend ? await this.sendHalving(topic, half, deadline) : half.map(() => NOT_SENT)));
    }
    return results;
  }
}
