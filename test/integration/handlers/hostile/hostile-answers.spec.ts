import { type Socket } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Caller } from './caller.js';
import { type HostileServer, hostileServer } from '../../../support/hostile-servers/hostile-server.js';
import { afterVersions, int32, scramBroker } from '../../../support/hostile-servers/kafka-frames.js';

const TIMEOUT_MS = 1_000;
const SLACK_MS = 4_000;

interface Answer {
  readonly name: string;
  readonly behave: (socket: Socket) => unknown;
  readonly reason?: string;
  readonly settings?: object;
}

const PLAIN_SETTINGS: Readonly<Record<string, (port: number) => object>> = {
  'redis-stream': (port) => ({ url: `redis://127.0.0.1:${port}` }),
  postgres: (port) => ({
    ...{ host: '127.0.0.1', port, database: 'd', user: 'u', password: 'p', tls: 'disable' },
  }),
  kafka: (port) => ({ brokers: [`127.0.0.1:${port}`], topic: 't', tls: false }),
};

/** Sends this once the client has asked for something. */
const answering = (bytes: string | Buffer) => (socket: Socket) =>
  socket.once('data', () => socket.write(bytes));

/** A message of PostgreSQL: type, length of itself and the body, body. */
const message = (type: string, body: Buffer = Buffer.alloc(0), length = body.length + 4): Buffer =>
  Buffer.concat([Buffer.from(type), int32(length), body]);
const LOGGED_IN = Buffer.concat([message('R', int32(0)), message('Z', Buffer.from('I'))]);
/** Logs the client in, and answers its first statement with this. */
const afterLogin = (bytes: Buffer) => (socket: Socket) =>
  socket.once('data', () => {
    socket.write(LOGGED_IN);
    socket.once('data', () => socket.write(bytes));
  });
/** Each of them alone makes the parser of `pg` loop for ever. */
const ENDLESS = ['E', 'N'].flatMap((type) => [message(type), message(type, Buffer.from('SERROR\0Mtext\0'))]);
const EMPTY = Array.from('RKSZCDTtAsGHWdn123Ic', (type) => message(type));

const noise = Buffer.from(Array.from({ length: 4_096 }, (_, index) => (index * 167 + 13) % 256));
const invalid = { reason: 'invalid_answer' };

const ANSWERS: Readonly<Record<string, readonly Answer[]>> = {
  'redis-stream': [
    { name: 'a deeply nested array', behave: answering('*1\r\n'.repeat(200_000)), ...invalid },
    { name: 'arrays of huge length', behave: answering('*33554432\r\n'.repeat(50)), ...invalid },
    { name: 'an array of negative length', behave: answering('*-5\r\n'), ...invalid },
    { name: 'a bulk reply of negative length', behave: answering('$-5\r\n'), ...invalid },
    { name: 'a bulk reply of huge length', behave: answering('$9007199254740993\r\n'), ...invalid },
    { name: 'a bulk reply without a length', behave: answering('$\r\n'), ...invalid },
    { name: 'an unknown type', behave: answering('!3\r\nabc\r\n'), ...invalid },
    { name: 'an integer that is none', behave: answering(':x\r\n') },
    { name: 'noise', behave: answering(noise), ...invalid },
    { name: 'more replies than commands', behave: answering('+OK\r\n'.repeat(10_000)) },
    { name: 'a reply before any command', behave: (socket) => socket.write('+OK\r\n'.repeat(10)) },
    {
      name: 'a push of a subscription',
      behave: answering('*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n'),
      ...invalid,
    },
  ],
  postgres: [
    { name: 'an unknown kind of authentication', behave: answering(message('R', int32(99))), ...invalid },
    { name: 'authentication without a kind', behave: answering(message('R')), ...invalid },
    {
      name: 'a row of wrong length',
      behave: afterLogin(message('D', Buffer.from([0x7f, 0xff]))),
      ...invalid,
    },
    { name: 'a length of zero', behave: answering(message('Z', Buffer.from('I'), 0)) },
    { name: 'a negative length', behave: answering(message('Z', Buffer.from('I'), -1)) },
    { name: 'columns of wrong length', behave: afterLogin(message('T', Buffer.from([0x7f, 0xff]))) },
    { name: 'noise', behave: answering(noise) },
    { name: 'noise after the login', behave: afterLogin(noise) },
    ...ENDLESS.flatMap((endless, number) => [
      { name: `a report without an end first (${number})`, behave: answering(endless), ...invalid },
      {
        name: `a report without an end after the login (${number})`,
        behave: afterLogin(endless),
        ...invalid,
      },
    ]),
    ...EMPTY.flatMap((empty) => [
      { name: `an empty ${String.fromCharCode(empty[0]!)} first`, behave: answering(empty) },
      { name: `an empty ${String.fromCharCode(empty[0]!)} after the login`, behave: afterLogin(empty) },
    ]),
    { name: 'the same authentication without end', behave: answering(message('R', int32(3))) },
  ],
  kafka: [
    ...[0, -1, -4, 2, 3].flatMap((length) => [
      { name: `a frame of length ${length}`, behave: answering(Buffer.concat([int32(length), noise])) },
      {
        name: `a frame of length ${length}, later`,
        behave: afterVersions((socket) => socket.write(Buffer.concat([int32(length), noise]))),
      },
    ]),
    { name: 'noise', behave: answering(noise) },
    { name: 'noise after the versions', behave: afterVersions((socket) => socket.write(noise)) },
    {
      name: 'an array of huge length',
      behave: afterVersions((socket, id) =>
        socket.write(Buffer.concat([int32(8), int32(id), int32(2 ** 31 - 1)])),
      ),
    },
    ...[true, false].flatMap((isWrapped): Answer[] => {
      const settings = { saslMechanism: 'scram-sha-256', username: 'u', password: 'p' };
      const form = isWrapped ? '' : ' in the older form';
      const salted = (nonce: string, rounds: string) => `r=${nonce}x,s=c2FsdA==,i=${rounds}`;
      const broker = (answer: (nonce: string) => string) => scramBroker(answer, isWrapped);
      return [
        {
          name: `a login of 2³¹ − 1 rounds${form}`,
          behave: broker((nonce) => salted(nonce, '2147483647')),
          reason: 'kafka_login_refused',
          settings,
        },
        {
          name: `a login of 100,001 rounds${form}`,
          behave: broker((nonce) => salted(nonce, '100001')),
          reason: 'kafka_login_refused',
          settings,
        },
        { name: `a login without rounds${form}`, behave: broker((nonce) => `r=${nonce}x`), settings },
        { name: `a login that is cut off${form}`, behave: broker(() => ''), settings },
        { name: `a login of noise${form}`, behave: broker(() => noise.toString('latin1')), settings },
      ];
    }),
  ],
};

describe.each(Object.keys(ANSWERS))('a %s destination whose server answers', (type) => {
  const caller = new Caller();
  let server: HostileServer | undefined;
  afterEach(() => server?.close());
  afterAll(() => caller.stop());

  it.each(ANSWERS[type]!)('$name fails in time, and the process lives', async (answer) => {
    server = await hostileServer(answer.behave);
    const settings = { ...PLAIN_SETTINGS[type]!(server.port), ...answer.settings };
    const { kind, reason, ms } = await caller.call({ type, settings, timeoutMs: TIMEOUT_MS });
    if (answer.reason !== undefined) expect(reason).toBe(answer.reason);
    expect(kind).toMatch(/^(?:ok|retry|reject|auth)$/);
    expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS);
  });
});
