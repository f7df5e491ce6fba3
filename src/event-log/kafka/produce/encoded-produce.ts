import { createRequire } from 'node:module';
import { type Message } from 'kafkajs';
import { type LogRecord } from '../../appender.js';
import { encodeRecordSet } from './record-set.js';

interface ProduceArguments {
  readonly acks: number;
  readonly timeout: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly { readonly partition: number; readonly messages: readonly Message[] }[];
  }[];
}

/** What kafkajs encodes a request into. */
interface Encoder {
  writeString(text: string | null): this;
  writeInt16(value: number): this;
  writeInt32(value: number): this;
  /** Writes the length too. */
  writeBytes(bytes: Buffer): this;
}

type MakeProduce = (args: ProduceArguments) => { request: { encode: () => Promise<Encoder> } };

/** The request that writes records, by version of the protocol. */
interface ProduceDefinition {
  protocol: (of: { readonly version: number }) => MakeProduce;
}

/** kafkajs exports neither. Version 2.2.4 is pinned; the spec fails when an upgrade moves these files. */
const PRODUCE = 'kafkajs/src/protocol/requests/produce/index.js';
const ENCODER = 'kafkajs/src/protocol/encoder.js';

/** The first version with record batches, of Kafka 0.11; kafkajs knows up to 7, which differ in their answers only. */
const WITH_BATCHES = 3;
/** Estimate of a request's bytes around the record sets. */
const FRAME = 256;

const load = createRequire(import.meta.url);
const Encoder = load(ENCODER) as new (size: number) => Encoder;
const recordSets = new WeakSet<Buffer>();

/**
 * The records of one partition as a single message, which kafkajs writes as it is. Encoding by kafkajs takes several times
 * the CPU time of all else that a record costs: one growing buffer per field, and BigInt for the times.
 */
export function encodedMessage(partition: number, records: readonly LogRecord[]): Message {
  const value = encodeRecordSet(records, Date.now());
  recordSets.add(value);
  return { partition, value };
}

/** Makes kafkajs write encoded messages as they are; the requests of all other producers stay as they were. */
function writeRecordSets(produce: ProduceDefinition): void {
  const { protocol } = produce;
  produce.protocol = (of) => (args) => {
    const made = protocol(of)(args);
    if (of.version < WITH_BATCHES || !holdsRecordSets(args)) return made;
    return { ...made, request: { ...made.request, encode: () => Promise.resolve(encodeProduce(args)) } };
  };
}

function holdsRecordSets({ topicData }: ProduceArguments): boolean {
  const value = topicData[0]?.partitions[0]?.messages[0]?.value;
  return Buffer.isBuffer(value) && recordSets.has(value);
}

function encodeProduce({ acks, timeout, topicData }: ProduceArguments): Encoder {
  const sets = topicData.map(({ partitions }) =>
    partitions.map(({ partition, messages }) => ({ partition, bytes: onlyValue(messages) })),
  );
  const size = sets.flat().reduce((sum, { bytes }) => sum + bytes.length, FRAME);
  const encoder = new Encoder(size).writeString(null).writeInt16(acks).writeInt32(timeout);
  encoder.writeInt32(topicData.length);
  for (const [index, { topic }] of topicData.entries()) {
    const own = sets[index] ?? [];
    encoder.writeString(topic).writeInt32(own.length);
    for (const { partition, bytes } of own) encoder.writeInt32(partition).writeBytes(bytes);
  }
  return encoder;
}

function onlyValue([message, ...more]: readonly Message[]): Buffer {
  const value = message?.value;
  if (more.length > 0 || !Buffer.isBuffer(value) || !recordSets.has(value))
    throw new TypeError('A partition has to get one encoded message.');
  return value;
}

writeRecordSets(load(PRODUCE) as ProduceDefinition);
