import { createRequire } from 'node:module';
import { type Message } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LogRecord } from '../../appender.js';
import { encodedMessage } from './encoded-produce.js';
import { encodeRecordSet } from './record-set.js';

interface Arguments {
  readonly acks: number;
  readonly timeout: number;
  readonly topicData: {
    topic: string;
    partitions: { partition: number; messages: Message[]; firstSequence: number }[];
  }[];
}

interface Definition {
  protocol(of: {
    version: number;
  }): (args: Arguments) => { request: { encode(): Promise<{ buffer: Buffer }> } };
}

const { protocol } = createRequire(import.meta.url)(
  'kafkajs/src/protocol/requests/produce/index.js',
) as Definition;

async function encode(version: number, partitions: ReadonlyMap<number, Message[]>): Promise<string> {
  const own = [...partitions].map(([partition, messages]) => ({ partition, messages, firstSequence: 0 }));
  const topicData = [
    { topic: 'events', partitions: own },
    { topic: 'größer', partitions: own },
  ];
  const { buffer } = await protocol({ version })({ acks: -1, timeout: 1_400, topicData }).request.encode();
  return buffer.toString('hex');
}

const record = (more: Partial<LogRecord>): LogRecord => ({
  topic: 'events',
  key: 'workspace:source:user',
  value: '{"type":"track"}',
  headers: { 'tributary-schema': '1.0', messageId: 'id' },
  ...more,
});

const CASES: readonly (readonly [string, readonly LogRecord[]])[] = [
  ['one record', [record({})]],
  [
    'empty texts and no headers',
    [record({ key: '', value: '', headers: {} }), record({ headers: { a: '' } })],
  ],
  [
    'texts outside of ASCII, short and long, and half a pair',
    [
      record({ key: 'größe', value: '"€ 🙂 \ud800"', headers: { straße: '日本', long: 'ü'.repeat(300) } }),
      record({ key: '日'.repeat(100), value: `${'x'.repeat(500)}é` }),
    ],
  ],
  ['bytes', [record({ value: Buffer.from([0, 255, 128, 10]) }), record({ value: Buffer.alloc(0) })]],
  [
    'lengths on both sides of each size of a number',
    [31, 32, 47, 48, 49, 63, 64, 65, 8_191, 8_192, 1_048_575, 1_048_576].map((length) =>
      record({ value: 'v'.repeat(length), headers: { name: 'h'.repeat(Math.min(length, 10_000)) } }),
    ),
  ],
  [
    'many headers',
    [record({ headers: Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`h${i}`, 'v'])) })],
  ],
];

describe('an encoded record set', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_790_000_000_123 }));
  afterEach(() => void vi.useRealTimers());

  it.each(CASES)('is what kafkajs sends, byte for byte, in every version: %s', async (_name, records) => {
    const messages = records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } }));
    for (const version of [3, 4, 5, 6, 7]) {
      const own = new Map([3, 0].map((partition) => [partition, [encodedMessage(partition, records)]]));
      const theirs = new Map([3, 0].map((partition) => [partition, messages]));
      expect((await encode(version, own)) === (await encode(version, theirs))).toBe(true);
    }
  });

  it('is what kafkajs sends, byte for byte, also of more records than fit into two bytes', async () => {
    const records = Array.from({ length: 8_200 }, (_, index) =>
      record({ value: String(index), headers: {} }),
    );
    const messages = records.map(({ key, value }) => ({ key, value }));
    const own = new Map([[0, [encodedMessage(0, records)]]]);
    expect((await encode(7, own)) === (await encode(7, new Map([[0, messages]])))).toBe(true);
  });

  it('is not mixed with messages that kafkajs has to encode', async () => {
    const both = new Map([[0, [encodedMessage(0, [record({})]), { value: 'plain' }]]]);
    await expect(async () => encode(7, both)).rejects.toThrow('one encoded message');
  });

  it('carries its time', () => {
    expect(encodeRecordSet([record({})], 1_234).readBigInt64BE(27)).toBe(1_234n);
  });
});
