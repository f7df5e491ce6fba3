import { type Socket } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Caller } from './caller.js';
import {
  type HostileServer,
  hostileServer,
  sendForEver,
} from '../../../support/hostile-servers/hostile-server.js';
import { int32 } from '../../../support/hostile-servers/kafka-frames.js';

const TIMEOUT_MS = 8_000;
/** Growth of the process that a server may cause: the budget of one destination, and the copies that a parser makes of it. */
const MOST_MIB = 160;
const CHUNK = Buffer.alloc(65_536, 'a');

const NOTICE_END = Buffer.concat([Buffer.from('N'), int32(4 + 7), Buffer.from('Mabcd\0\0')]);

/** Sends a start and then the same bytes without end, once the client has asked for something. */
const endless =
  (start: string | Buffer, chunk = CHUNK) =>
  (socket: Socket) =>
    socket.once('data', () => {
      socket.write(start);
      sendForEver(socket, chunk);
    });

const s3 = (port: number) => ({
  ...{ bucket: 'bucket', region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true },
  ...{ accessKeyId: 'id', secretAccessKey: 'secret' },
});
const postgres = (port: number) => ({
  ...{ host: '127.0.0.1', port, database: 'd', user: 'u', password: 'p', tls: 'disable' },
});
const kafka = (port: number) => ({ brokers: [`127.0.0.1:${port}`], topic: 't', tls: false });
const redis = (port: number) => ({ url: `redis://127.0.0.1:${port}` });
const clickhouse = (port: number) => ({ url: `http://127.0.0.1:${port}` });
const webhook = (port: number) => ({ url: `http://127.0.0.1:${port}/` });
const segment = (port: number) => ({ endpoint: `http://127.0.0.1:${port}`, writeKey: 'key' });

const OK = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n';
const REFUSED = 'HTTP/1.1 500 Internal Server Error\r\ncontent-type: application/xml\r\n\r\n';
const HEADERS = Buffer.from('x-filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(100));
const CONTINUE = Buffer.from('HTTP/1.1 102 Processing\r\n\r\n'.repeat(100));

const ANSWERS = [
  ['redis-stream', 'a bulk reply', redis, endless('$1000000000\r\n'), 'invalid_answer'],
  ['redis-stream', 'a line', redis, endless('+'), 'invalid_answer'],
  ['redis-stream', 'replies', redis, endless('', Buffer.from('+OK\r\n'.repeat(10_000))), undefined],
  [
    'postgres',
    'a message of 1 GB',
    postgres,
    endless(Buffer.from([0x44, 0x3f, 0xff, 0xff, 0xff])),
    'answer_too_large',
  ],
  [
    'postgres',
    'notices',
    postgres,
    endless('', Buffer.concat(Array(3_000).fill(NOTICE_END))),
    'answer_too_large',
  ],
  ['kafka', 'a frame of 2 GB', kafka, endless(int32(2 ** 31 - 1)), 'answer_too_large'],
  [
    'kafka',
    'small frames',
    kafka,
    endless('', Buffer.concat(Array(3_000).fill(Buffer.concat([int32(4), int32(77)])))),
    'answer_too_large',
  ],
  ['s3', 'a body after 200', s3, endless(OK), 'answer_too_large'],
  ['s3', 'a body after 500', s3, endless(REFUSED), 'answer_too_large'],
  ['s3', 'headers', s3, endless('HTTP/1.1 200 OK\r\n', HEADERS), undefined],
  ['s3', 'interim responses', s3, endless('', CONTINUE), undefined],
  ['clickhouse', 'a body after 200', clickhouse, endless(OK), undefined],
  ['clickhouse', 'a body after 500', clickhouse, endless(REFUSED), undefined],
  ['webhook', 'a body', webhook, endless(OK), undefined],
  ['segment', 'a body', segment, endless(OK), undefined],
] as const;

describe('a server that answers without end', () => {
  const caller = new Caller();
  let server: HostileServer | undefined;
  afterEach(() => server?.close());
  afterAll(() => caller.stop());

  it.each(ANSWERS)('%s with %s takes little memory', async (type, _answer, settingsTo, behave, expected) => {
    server = await hostileServer(behave);
    const call = { type, settings: settingsTo(server.port), timeoutMs: TIMEOUT_MS };
    const { kind, reason, ms, grownMiB } = await caller.call(call);
    if (expected !== undefined) expect({ kind, reason }).toEqual({ kind: 'retry', reason: expected });
    expect(grownMiB).toBeLessThan(MOST_MIB);
    expect(ms).toBeLessThan(TIMEOUT_MS + 1_000);
  });
});
