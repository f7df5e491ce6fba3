import { type IHeaders, type KafkaMessage } from 'kafkajs';
import { type StoredRecord } from '../../reader.js';

/** A message of kafkajs as the event log hands it out; a missing key or value is empty. */
export function storedRecord(topic: string, partition: number, message: KafkaMessage): StoredRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    key: message.key?.toString() ?? '',
    value: message.value ?? Buffer.alloc(0),
    headers: texts(message.headers ?? {}),
    timestamp: Number(message.timestamp),
  };
}

/** Kafka allows a header several times; the last one counts. */
function texts(headers: IHeaders): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => {
    const last = Array.isArray(value) ? value.at(-1) : value;
    return [name, last?.toString() ?? ''] as const;
  });
  return Object.fromEntries(entries);
}
