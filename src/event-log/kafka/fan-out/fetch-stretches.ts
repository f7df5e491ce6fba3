import { type Broker } from 'kafkajs';
import Batch from 'kafkajs/src/consumer/batch.js';
import { type StoredRecord } from '../../reader.js';
import { Stretch } from '../../shared/stretch.js';
import { storedRecord } from '../client/stored-record.js';

const MIB = 1_048_576;

/** The part of an answer that is read here; kafkajs declares none. */
interface FetchAnswer {
  readonly responses: readonly { readonly partitions: readonly { readonly partition: number }[] }[];
}

/** How long a broker may wait for how many bytes. */
export interface FetchPatience {
  readonly maxWaitTime: number;
  readonly minBytes: number;
}

/** Fetches from partitions of one topic that the broker leads, about 1 MiB of each. Leaves out partitions without news. */
export async function fetchStretches(
  broker: Broker,
  topic: string,
  positions: ReadonlyMap<number, bigint>,
  patience: FetchPatience,
): Promise<ReadonlyMap<number, Stretch>> {
  const partitions = [...positions].map(([partition, from]) => {
    return { partition, fetchOffset: from.toString(), maxBytes: MIB };
  });
  const request = { ...patience, maxBytes: 4 * MIB, topics: [{ topic, partitions }] };
  const { responses } = (await broker.fetch(request)) as FetchAnswer;
  const found = new Map<number, Stretch>();
  for (const data of responses.flatMap((response) => response.partitions)) {
    const from = positions.get(data.partition) ?? 0n;
    const batch = new Batch(topic, from.toString(), data);
    if (batch.rawMessages.length === 0) continue;
    const records = batch.messages.map((message) => ownRecord(storedRecord(topic, data.partition, message)));
    found.set(data.partition, new Stretch(from, BigInt(batch.lastOffset()) + 1n, records));
  }
  return found;
}

/** The value of a fetched record shares the memory of the whole answer, which one slow destination would keep. */
function ownRecord(record: StoredRecord): StoredRecord {
  return { ...record, value: Buffer.from(record.value) };
}
