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
import { int16, int32 } from './kafka-frames.js';
import {
  afterBegin,
  afterLogin,
  asColumns,
  authentication,
  done,
  failure,
  inTurn,
  LOGGED_IN,
  message,
  oneRow,
  READY,
} from './postgres-messages.js';

const named = (answers: Readonly<Record<string, Buffer>>, serve: (bytes: Buffer) => Behave): Behaviour[] =>
  Object.entries(answers).map(([name, bytes]) => ({ name, behave: serve(bytes) }));

const firsts: Readonly<Record<string, Buffer>> = {
  'authentication without a kind': message('R'),
  'MD5 without a salt': authentication(5),
  'MD5 with a salt of 1 MB': authentication(5, Buffer.alloc(1_000_000)),
  'SASL without mechanisms': authentication(10, '\0'),
  'SASL with an unknown mechanism': authentication(10, 'OTHER\0\0'),
  'SASL with 10,000 mechanisms': authentication(10, `${'OTHER\0'.repeat(10_000)}\0`),
  'SASL without an end': authentication(10, 'SCRAM-SHA-256'),
  'the middle of SASL first': authentication(11, 'r=x,s=c2FsdA==,i=4096'),
  'the end of SASL first': authentication(12, 'v=x'),
  'a length of zero': message('Z', 'I', 0),
  'a length of three': message('Z', 'I', 3),
  'a negative length': message('Z', 'I', -1),
  'a length of 2³¹ − 1': message('D', 'x', 2 ** 31 - 1),
  'a length of 1 GB': message('R', 'x', 2 ** 30),
  'an unknown message': message('?', 'x'),
  'a message of type 0': message('\0', 'x'),
  'another version of the protocol': message(
    'v',
    Buffer.concat([int32(0), int32(1), Buffer.from('_pq_.x\0')]),
  ),
  'a row before the login': oneRow(25, 'x'),
  'readiness before the login': READY,
  'the beginning of COPY before the login': message('G', Buffer.from([0, 0, 0])),
  'an error without an end': message('E', 'SERROR\0Mtext\0'),
  'a notice without an end': message('N', 'SNOTICE\0Mtext\0'),
  'an empty error': message('E'),
  'an error of 1 MB': failure('28000', `D${'x'.repeat(1_000_000)}\0`),
  'an error of 100,000 fields': failure('XX000', 'Dx\0'.repeat(100_000)),
  'an error with a code of no meaning': failure('\u0001\u001b[31m'),
  'an HTTP response': Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
  noise: NOISE,
  'zero bytes': Buffer.alloc(10_000),
};

const statements: Readonly<Record<string, Buffer>> = {
  'a row of wrong length': message('D', Buffer.from([0x7f, 0xff])),
  'columns of wrong length': message('T', Buffer.from([0x7f, 0xff])),
  'a row without columns': message('D', Buffer.concat([int16(1), int32(1), Buffer.from('x')])),
  'a row whose field has length −2': message('D', Buffer.concat([int16(1), int32(-2)])),
  'a row whose field ends behind it': message('D', Buffer.concat([int16(1), int32(2 ** 31 - 1)])),
  'a row of −1 fields': message('D', int16(-1)),
  '32,767 columns of no name': message('T', Buffer.concat([int16(32_767), Buffer.alloc(32_767 * 19)])),
  '−1 columns': message('T', int16(-1)),
  'the beginning of COPY from the client': message('G', Buffer.from([0, 0, 0])),
  'the beginning of COPY to the client': Buffer.concat([
    message('H', Buffer.from([0, 0, 0])),
    message('d', 'x'),
  ]),
  'the beginning of COPY in both directions': message('W', Buffer.from([0, 0, 0])),
  'COPY of wrong length': message('G', Buffer.from([0, 0x7f, 0xff])),
  'COPY data that was not announced': message('d', 'x'),
  'a portal that is suspended': message('s'),
  'a tag without an end': message('C', 'INSERT'),
  'an error without an end, later': message('E', 'SERROR\0Mtext\0'),
  'a serialization failure': Buffer.concat([failure('40001'), READY]),
  'an administrator’s shutdown': failure('57P01'),
  'a notification of no channel': message('A', int32(1)),
  'noise, later': NOISE,
};

/** Answers to a statement of which the client reads a success. */
const CLAIMS: Readonly<Record<string, Buffer>> = {
  'a second login': LOGGED_IN,
  'an empty query': Buffer.concat([message('I'), READY]),
  'readiness 10,000 times': Buffer.concat(Array<Buffer>(10_000).fill(READY)),
  'a state of no meaning': Buffer.concat([done('BEGIN'), message('Z', '\u00ff')]),
  'a tag of 1 MB': Buffer.concat([done(`INSERT ${'9'.repeat(1_000_000)}`), READY]),
};

const EMPTY = Array.from('RKSZCDTtAsGHWdn123Ic', (type) => message(type));
const ERROR_CODES = ['28P01', '3D000', '42501', '42P01', '42703', '53300', '57P03', '0A000', '', 'XXXXX'];

/** Texts of types for which a client has parsers of its own, by OID. */
const VALUES: Readonly<Record<string, readonly [oid: number, value: string]>> = {
  'an array nested 100,000 deep': [1009, '{'.repeat(100_000)],
  'an array that is not closed': [1009, `{${'a,'.repeat(200_000)}`],
  'an array of dimensions without end': [1007, `[${'1:'.repeat(200_000)}`],
  'an array of 1,000,000 numbers': [1016, `{${'1,'.repeat(1_000_000)}1}`],
  'JSON nested 1,000,000 deep': [114, '['.repeat(1_000_000)],
  'JSON that sets a prototype': [3802, '{"__proto__":{"name":"x"}}'],
  'an interval of 2 MB': [1186, '1 '.repeat(1_000_000)],
  'an interval of 2,000,000 digits': [1186, '1'.repeat(2_000_000)],
  'a time of 2 MB': [1184, `${'1'.repeat(2_000_000)}-01-01 00:00:00`],
  'a point of 2 MB': [600, '('.repeat(2_000_000)],
  'a circle of 2 MB': [718, '<('.repeat(1_000_000)],
  'bytes in escapes of 2 MB': [17, '\\'.repeat(2_000_000)],
  'bytes in hex that are none': [17, `\\x${'g'.repeat(1_000_000)}`],
  'an OID of no type': [2 ** 31 - 1, 'x'],
  'names of no column': [19, 'nothing'],
};

/** Asks for SCRAM, answers the client's first message with this, and ends with a wrong signature. */
const scram =
  (answer: (nonce: string) => string): Behave =>
  (socket) => {
    let turn = 0;
    socket.on('data', (bytes) => {
      const nonce = /r=([^,]+)/.exec(bytes.toString('latin1'))?.[1] ?? '';
      turn += 1;
      if (turn === 1) socket.write(authentication(10, 'SCRAM-SHA-256\0\0'));
      else if (turn === 2) socket.write(authentication(11, answer(nonce)));
      else socket.write(authentication(12, 'v=d3Jvbmc='));
    });
  };

const salted = (salt: string, rounds: string) => (nonce: string) => `r=${nonce}x,s=${salt},i=${rounds}`;

const LOGINS: Readonly<Record<string, (nonce: string) => string>> = {
  'of 2³¹ − 1 rounds': salted('c2FsdA==', '2147483647'),
  'of 100,001 rounds': salted('c2FsdA==', '100001'),
  'of 0 rounds': salted('c2FsdA==', '0'),
  'of −1 rounds': salted('c2FsdA==', '-1'),
  'of 1e9 rounds': salted('c2FsdA==', '1e9'),
  'of rounds that are no number': salted('c2FsdA==', 'x'),
  'without a salt': salted('', '4096'),
  'with a salt that is no base64': salted('%%%', '4096'),
  'with a salt of 1 MB': salted('A'.repeat(1_000_000), '1'),
  'with another nonce': () => 'r=other,s=c2FsdA==,i=4096',
  'that is empty': () => '',
  'of 100,000 attributes': (nonce) => `r=${nonce}x,${'m=x,'.repeat(100_000)}s=c2FsdA==,i=1`,
  'with a wrong signature': salted('c2FsdA==', '1'),
};

/** Sends a start, and then the same bytes without end. */
const endless = (start: Buffer, chunk: Buffer): Behave =>
  afterRequest((socket) => {
    socket.write(start);
    sendForEver(socket, chunk);
  });
const many = (bytes: Buffer): Buffer =>
  Buffer.concat(Array<Buffer>(Math.ceil(65_536 / bytes.length)).fill(bytes));
const CHUNK = Buffer.alloc(65_536, 'a');

const ENDLESS: Readonly<Record<string, Behave>> = {
  'a message of 1 GB': endless(message('D', '', 2 ** 30), CHUNK),
  'an error of 1 GB': endless(message('E', '', 2 ** 30), CHUNK),
  notices: endless(Buffer.alloc(0), many(message('N', 'Mabcd\0\0'))),
  parameters: endless(Buffer.alloc(0), many(message('S', 'client_encoding\0UTF8\0'))),
  'requests for the password': endless(Buffer.alloc(0), many(authentication(3))),
  readiness: endless(LOGGED_IN, many(READY)),
  'rows after the login': afterLogin((socket) => {
    socket.write(oneRow(25, 'x'));
    sendForEver(socket, many(message('D', Buffer.concat([int16(1), int32(1), Buffer.from('x')]))));
  }),
  'COPY data': afterLogin((socket) => {
    socket.write(message('H', Buffer.from([0, 0, 0])));
    sendForEver(socket, many(message('d', 'abcd')));
  }),
};

const FIRST_STATEMENT = Buffer.concat([done('BEGIN'), done('SET'), done('SET'), READY]);

/** What a server that speaks PostgreSQL's protocol does to a `postgres` destination. */
export const postgresBehaviours: readonly Behaviour[] = [
  ...[2, 3, 5, 6, 7, 8, 9, 99, -1, 2 ** 31 - 1].map((kind) => ({
    name: `authentication of kind ${kind}`,
    behave: answering(authentication(kind, '\0\0\0\0')),
  })),
  ...named(firsts, answering),
  ...named(statements, afterLogin),
  ...named(CLAIMS, afterLogin).map((claim) => ({ ...claim, mayDeliver: true })),
  ...EMPTY.flatMap((empty) => {
    const type = empty.toString('latin1', 0, 1);
    return [
      { name: `an empty ${type} first`, behave: answering(empty) },
      { name: `an empty ${type} after the login`, behave: afterLogin(empty), mayDeliver: type === 'Z' },
    ];
  }),
  ...ERROR_CODES.flatMap((code) => [
    { name: `the error "${code}" to the login`, behave: answering(failure(code)) },
    {
      name: `the error "${code}" to each statement`,
      behave: afterBegin(Buffer.concat([failure(code), READY])),
    },
  ]),
  ...Object.entries(VALUES).map(([name, [oid, value]]) => ({
    name: `${name} as the columns of the table`,
    behave: asColumns(oneRow(oid, value)),
  })),
  ...Object.entries(LOGINS).map(([name, answer]) => ({
    name: `a SCRAM login ${name}`,
    behave: scram(answer),
  })),
  ...cutAnswers('a login', LOGGED_IN, answeringAndClosing, 2),
  ...cutAnswers('the first statement', FIRST_STATEMENT, (cut) => afterLogin((socket) => socket.end(cut)), 3),
  { name: 'one byte at a time of an endless login', behave: dripping(message('S', 'a\0b\0')) },
  { name: 'silence after the login', behave: inTurn(LOGGED_IN, Buffer.alloc(0)) },
  { name: 'silence after the first statement', behave: inTurn(LOGGED_IN, FIRST_STATEMENT, Buffer.alloc(0)) },
  { name: 'a reset after the login', behave: afterLogin((socket) => socket.resetAndDestroy()) },
  { name: 'the login before any request', behave: (socket) => socket.write(LOGGED_IN) },
  {
    name: 'suspended portals for ever',
    behave: inTurn(LOGGED_IN, FIRST_STATEMENT, Buffer.concat([message('1'), message('2'), message('s')])),
  },
  ...Object.entries(ENDLESS).map(([name, behave]) => ({
    name: `${name} without end`,
    behave,
    heavy: true,
    mayDeliver: name === 'readiness',
  })),
];
