import { type Socket } from 'node:net';
import {
  afterRequest,
  answering,
  answeringAndClosing,
  type Behave,
  type Behaviour,
  cutAnswers,
  dripping,
  NOISE,
} from './behaviour.js';
import { sendForEver } from './hostile-server.js';
import { broker, brokerWith, honestMetadata, metadata, partition, topic } from './kafka-broker.js';
import {
  API_VERSIONS,
  array,
  bytes,
  frame,
  int16,
  int32,
  METADATA,
  PRODUCE,
  type Request,
  SASL_AUTHENTICATE,
  SASL_HANDSHAKE,
  scramBroker,
  text,
  versions,
} from './kafka-frames.js';

const HUGE = 2 ** 31 - 1;
const many = (count: number, item: (index: number) => Buffer): Buffer[] =>
  Array.from({ length: count }, (_, index) => item(index));
/** A text whose length makes its reader go back to where the text began. */
const BACKWARDS = int16(-2);

/** Frames to the first request, and to the request for the metadata. */
const FRAMES: Readonly<Record<string, Buffer>> = {
  ...Object.fromEntries(
    [0, -1, -4, -8, -12, 1, 2, 3, 4, 2 ** 30, HUGE, -(2 ** 31)].map((length) => [
      `a frame of length ${length}`,
      Buffer.concat([int32(length), NOISE]),
    ]),
  ),
  noise: NOISE,
  'zero bytes': Buffer.alloc(10_000),
  'bytes of ones': Buffer.alloc(10_000, 0xff),
  'an HTTP response': Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'answers to requests that were not sent': Buffer.concat(
    many(1_000, (id) => frame(id + 100, Buffer.alloc(4))),
  ),
  'an answer without a body': frame(0, Buffer.alloc(0)),
};

const VERSIONS: Readonly<Record<string, Buffer>> = {
  'no versions': versions([]),
  'an unknown error': int16(1_234),
  'the error of an unsupported version': Buffer.concat([int16(35), int32(0)]),
  'an array of huge length': Buffer.concat([int16(0), int32(HUGE)]),
  'an array of negative length': Buffer.concat([int16(0), int32(-5)]),
  'versions below zero': Buffer.concat([int16(0), array([Buffer.concat([int16(3), int16(-5), int16(-1)])])]),
  'versions of the future': Buffer.concat([
    int16(0),
    array([Buffer.concat([int16(3), int16(90), int16(99)])]),
  ]),
  '30,000 versions': versions(Array.from({ length: 30_000 }, (_, index) => index)),
};

const METADATA_ANSWERS: Readonly<Record<string, (socket: Socket) => Buffer>> = {
  'no brokers and no topics': () => metadata([], []),
  'an array of brokers of huge length': () => int32(HUGE),
  'an array of brokers of negative length': () => int32(-2),
  'brokers whose names end before they begin': () =>
    Buffer.concat([int32(HUGE), int32(0), int16(-10), int32(0), int32(0)]),
  'a name longer than the frame': () => Buffer.concat([int32(1), int32(0), int16(32_767), Buffer.from('x')]),
  'a broker at an internal address': () =>
    metadata([broker(0, '10.0.0.1', 9092)], [topic([partition(0, 0)])]),
  'a broker at an unknown name': () =>
    metadata([broker(0, 'unknown.invalid', 1)], [topic([partition(0, 0)])]),
  'a broker without a name': () => metadata([broker(0, '', 0)], [topic([partition(0, 0)])]),
  'a broker at a negative port': () => metadata([broker(0, '127.0.0.1', -1)], [topic([partition(0, 0)])]),
  'a broker at a port above 65535': () =>
    metadata([broker(0, '127.0.0.1', 70_000)], [topic([partition(0, 0)])]),
  'a broker at a closed port': () => metadata([broker(0, '127.0.0.1', 1)], [topic([partition(0, 0)])]),
  'a broker of id −1': ({ localPort = 0 }) =>
    metadata([broker(-1, '127.0.0.1', localPort)], [topic([partition(0, -1)])]),
  '1,000 brokers': ({ localPort = 0 }) =>
    metadata(
      many(1_000, (id) => broker(id, '127.0.0.1', localPort)),
      [topic([partition(0, 0)])],
    ),
  '300,000 brokers': () =>
    metadata(
      many(300_000, (id) => broker(id, '', 1)),
      [topic([partition(0, 0)])],
    ),
  '300,000 brokers of one id': () =>
    metadata(
      many(300_000, () => broker(0, '', 1)),
      [topic([partition(0, 0)])],
    ),
  'a leader that is no broker': ({ localPort = 0 }) =>
    metadata([broker(0, '127.0.0.1', localPort)], [topic([partition(0, 7)])]),
  'no partitions': ({ localPort = 0 }) => metadata([broker(0, '127.0.0.1', localPort)], [topic([])]),
  '500,000 partitions': ({ localPort = 0 }) =>
    metadata([broker(0, '127.0.0.1', localPort)], [topic(many(500_000, (id) => partition(id, 0)))]),
  'another topic': ({ localPort = 0 }) =>
    metadata([broker(0, '127.0.0.1', localPort)], [topic([partition(0, 0)], 0, 'other')]),
  'the topic `__proto__`': ({ localPort = 0 }) =>
    metadata([broker(0, '127.0.0.1', localPort)], [topic([partition(0, 0)], 0, '__proto__')]),
  'the topic 50,000 times': ({ localPort = 0 }) =>
    metadata(
      [broker(0, '127.0.0.1', localPort)],
      many(50_000, () => topic([partition(0, 0)])),
    ),
  ...Object.fromEntries(
    [-1, 3, 5, 6, 17, 29, 31, 1_234].map((code) => [
      `error ${code} of the topic`,
      ({ localPort = 0 }: Socket) => metadata([broker(0, '127.0.0.1', localPort)], [topic([], code)]),
    ]),
  ),
};

const produced = (error: number, topicName = 't', partitionId = 0): Buffer =>
  array([
    Buffer.concat([
      text(topicName),
      array([Buffer.concat([int32(partitionId), int16(error), Buffer.alloc(8)])]),
    ]),
  ]);

const PRODUCE_ANSWERS: Readonly<Record<string, Buffer>> = {
  ...Object.fromEntries(
    [-1, 1, 2, 3, 5, 6, 7, 10, 17, 18, 29, 45, 87, 1_234].map((code) => [`error ${code}`, produced(code)]),
  ),
  'an array of huge length': int32(HUGE),
  'an array of negative length': int32(-5),
  'topics whose names end before they begin': Buffer.concat([int32(HUGE), int16(-6), int32(0)]),
  'an offset that is cut off': produced(0).subarray(0, -3),
};

/** Answers of which the protocol's client reads a success. */
const CLAIMS: Readonly<Record<string, Buffer>> = {
  'no topics': array([]),
  'another topic': produced(0, 'other'),
  'another partition': produced(0, 't', 99),
};

const plain = { saslMechanism: 'plain', username: 'u', password: 'p' };
const scram = { ...plain, saslMechanism: 'scram-sha-256' };

const HANDSHAKES: Readonly<Record<string, Buffer>> = {
  'no mechanisms': Buffer.concat([int16(0), array([])]),
  'other mechanisms': Buffer.concat([int16(0), array([text('OTHER')])]),
  'an error': Buffer.concat([int16(33), array([])]),
  'mechanisms of huge number': Buffer.concat([int16(0), int32(HUGE)]),
  'mechanisms that end before they begin': Buffer.concat([int16(0), int32(HUGE), BACKWARDS]),
  'mechanisms of negative number': Buffer.concat([int16(0), int32(-7)]),
  '10,000 mechanisms': Buffer.concat([int16(0), array(many(10_000, () => text('OTHER')))]),
};

const AUTHENTICATIONS: Readonly<Record<string, Buffer>> = {
  'error 58': Buffer.concat([int16(58), text('no'), bytes('')]),
  'an error of 30 kB': Buffer.concat([int16(58), text('x'.repeat(30_000)), bytes('')]),
  'bytes of negative length': Buffer.concat([int16(0), int16(-1), int32(-9)]),
  'bytes of huge length': Buffer.concat([int16(0), int16(-1), int32(HUGE)]),
  'an empty body': Buffer.alloc(0),
};

const salted = (rounds: string) => (nonce: string) => `r=${nonce}x,s=c2FsdA==,i=${rounds}`;
const LOGINS: Readonly<Record<string, (nonce: string) => string>> = {
  'of 2³¹ − 1 rounds': salted('2147483647'),
  'of 100,001 rounds': salted('100001'),
  'of 0 rounds': salted('0'),
  'of −1 rounds': salted('-1'),
  'of 1e9 rounds': salted('1e9'),
  'without rounds': (nonce) => `r=${nonce}x`,
  'with another nonce': () => 'r=other,s=c2FsdA==,i=4096',
  'of 100,000 attributes': (nonce) => `r=${nonce}x,${'m=x,'.repeat(100_000)}i=1`,
  'that is empty': () => '',
  'of noise': () => NOISE.toString('latin1'),
};

const after = (api: number, act: (socket: Socket, request: Request) => unknown): Behave =>
  brokerWith({ [api]: act });
const endless = (start: Buffer, chunk: Buffer) => (socket: Socket) => {
  socket.write(start);
  sendForEver(socket, chunk);
};
const SMALL = Buffer.concat(many(8_000, () => frame(77, Buffer.alloc(0))));
const CHUNK = Buffer.alloc(65_536, 'a');

/** An honest answer, whose correlation id is that of the first request. */
const FIRST_ANSWER = frame(0, versions([PRODUCE, METADATA, API_VERSIONS]));
const METADATA_LENGTH = 67;

/** What a broker does to a `kafka` destination. */
export const kafkaBehaviours: readonly Behaviour[] = [
  ...Object.entries(FRAMES).flatMap(([name, answer]): Behaviour[] => [
    { name: `${name} first`, behave: answering(answer) },
    { name: `${name} as the metadata`, behave: after(METADATA, (socket) => socket.write(answer)) },
  ]),
  ...Object.entries(VERSIONS).map(([name, answer]) => ({
    name: `${name} as the versions`,
    behave: brokerWith({ [API_VERSIONS]: answer }),
  })),
  ...Object.entries(METADATA_ANSWERS).map(([name, answer]) => ({
    name: `metadata: ${name}`,
    behave: after(METADATA, (socket, { correlationId }) =>
      socket.write(frame(correlationId, answer(socket))),
    ),
  })),
  ...Object.entries(PRODUCE_ANSWERS).map(([name, answer]) => ({
    name: `to the records: ${name}`,
    behave: brokerWith({ [PRODUCE]: answer }),
  })),
  ...Object.entries(CLAIMS).map(([name, answer]) => ({
    name: `to the records: ${name}`,
    behave: brokerWith({ [PRODUCE]: answer }),
    mayDeliver: true,
  })),
  ...Object.entries(HANDSHAKES).map(([name, answer]) => ({
    name: `the login: ${name}`,
    behave: brokerWith({ [SASL_HANDSHAKE]: answer }),
    settings: plain,
  })),
  ...Object.entries(AUTHENTICATIONS).map(([name, answer]) => ({
    name: `the login: ${name}`,
    behave: brokerWith({ [SASL_AUTHENTICATE]: answer }),
    settings: plain,
  })),
  ...Object.entries(LOGINS).flatMap(([name, answer]) =>
    [true, false].map((isWrapped) => ({
      name: `a SCRAM login ${name}${isWrapped ? '' : ' in the older form'}`,
      behave: scramBroker(answer, isWrapped),
      settings: scram,
    })),
  ),
  ...cutAnswers('the versions', FIRST_ANSWER, answeringAndClosing),
  ...Array.from({ length: METADATA_LENGTH / 2 }, (_, index) => index * 2 + 1).map((length) => ({
    name: `the metadata, cut after byte ${length}`,
    behave: after(METADATA, (socket, { correlationId }) =>
      socket.end(frame(correlationId, honestMetadata(socket)).subarray(0, length)),
    ),
  })),
  {
    name: 'metadata: a negative partition',
    behave: after(METADATA, (socket, { correlationId }) =>
      socket.write(
        frame(
          correlationId,
          metadata([broker(0, '127.0.0.1', socket.localPort ?? 0)], [topic([partition(-1, 0)])]),
        ),
      ),
    ),
    mayDeliver: true,
  },
  {
    name: 'answers in the wrong order',
    behave: after(METADATA, (socket, { correlationId }) =>
      socket.write(frame(correlationId + 1, honestMetadata(socket))),
    ),
  },
  {
    name: 'one byte at a time of an endless frame',
    behave: dripping(Buffer.concat([int32(2 ** 20), NOISE])),
  },
  { name: 'silence to the records', behave: after(PRODUCE, () => undefined) },
  { name: 'a close instead of an answer to the records', behave: after(PRODUCE, (socket) => socket.end()) },
  {
    name: 'a reset instead of an answer to the records',
    behave: after(PRODUCE, (socket) => socket.destroy()),
  },
  { name: 'the versions before any request', behave: (socket) => socket.write(FIRST_ANSWER) },
  { name: 'a frame of 2 GB without end', behave: afterRequest(endless(int32(HUGE), CHUNK)), heavy: true },
  { name: 'small frames without end', behave: afterRequest(endless(Buffer.alloc(0), SMALL)), heavy: true },
  {
    name: 'frames after the metadata without end',
    behave: after(METADATA, endless(Buffer.alloc(0), SMALL)),
    heavy: true,
  },
  { name: 'brokers without end', behave: after(METADATA, endless(int32(15_000_000), CHUNK)), heavy: true },
];
