import {
  afterRequest,
  answering,
  answeringAndClosing,
  type Behaviour,
  cutAnswers,
  dripping,
  NOISE,
} from './behaviour.js';
import { sendForEver } from './hostile-server.js';

/** An honest reply to XADD. */
const ENTRY_ID = Buffer.from('$15\r\n1700000000000-0\r\n');

/** Replies that no command of the destination has. */
const UNEXPECTED: Readonly<Record<string, string | Buffer>> = {
  'a deeply nested array': '*1\r\n'.repeat(200_000),
  'arrays of huge length': '*33554432\r\n'.repeat(50),
  'an array of negative length': '*-5\r\n',
  'an array that is null': '*-1\r\n',
  'an empty array': '*0\r\n',
  'a bulk reply of negative length': '$-5\r\n',
  'a bulk reply of huge length': '$9007199254740993\r\n',
  'a bulk reply of 512 MB': '$536870912\r\n',
  'a bulk reply without a length': '$\r\n',
  'a bulk reply of length 1e9': '$1e9\r\n',
  'a bulk reply of length NaN': '$NaN\r\n',
  'a bulk reply of hexadecimal length': '$0x10\r\n',
  'a bulk reply longer than announced': '$2\r\nabcdefgh\r\n',
  'an unknown type': '!3\r\nabc\r\n',
  'a map of RESP3': '%1\r\n+a\r\n+b\r\n',
  'a set of RESP3': '~1\r\n+a\r\n',
  'a null of RESP3': '_\r\n',
  'a boolean of RESP3': '#t\r\n',
  'a double of RESP3': ',1.5\r\n',
  'a big number of RESP3': '(12345678901234567890\r\n',
  'a verbatim text of RESP3': '=7\r\ntxt:abc\r\n',
  'a push of RESP3': '>2\r\n+message\r\n+a\r\n',
  'a push of a subscription': '*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n',
  'an HTTP response': 'HTTP/1.1 400 Bad Request\r\n\r\n',
  'a TLS alert': Buffer.from([0x15, 3, 3, 0, 2, 2, 40]),
  noise: NOISE,
  'zero bytes': Buffer.alloc(10_000),
  'line ends': '\r\n'.repeat(1_000),
};

/** Errors; the destination reads their first word. */
const ERRORS = [
  ...[
    'NOAUTH login first',
    'WRONGPASS no',
    'NOPERM no',
    'WRONGTYPE no',
    'ERR unknown command',
    'READONLY no',
  ],
  ...['LOADING soon', 'OOM no', 'BUSY script', 'CLUSTERDOWN no', 'MASTERDOWN no', 'NOSCRIPT no', 'EXECABORT'],
  ...[
    'MOVED 1 10.0.0.1:6379',
    'ASK 1 127.0.0.1:1',
    'TRYAGAIN',
    '',
    ' ',
    'lower case',
    '\u0000\u001b[31m',
    'É',
  ],
  ...['X'.repeat(60_000), `ERR ${'x '.repeat(20_000)}`, '__proto__', 'constructor'],
];

/** Replies that the client can take for a success. */
const CLAIMS: Readonly<Record<string, string>> = {
  'a status in place of an id': '+OK\r\n',
  'an empty status': '+\r\n',
  'an integer in place of an id': ':1\r\n',
  'the largest integer': ':9223372036854775807\r\n',
  'an integer of 60,000 digits': `:${'9'.repeat(60_000)}\r\n`,
  'an integer that is none': ':x\r\n',
  'an empty bulk reply': '$0\r\n\r\n',
  'a bulk reply that is null': '$-1\r\n',
  'a bulk reply of the largest length': `$65536\r\n${'a'.repeat(65_536)}\r\n`,
  'more replies than commands': '+OK\r\n'.repeat(10_000),
};

const login = { username: 'u', password: 'p' };

/** What a server that speaks RESP does to a `redis-stream` destination. */
export const redisBehaviours: readonly Behaviour[] = [
  ...Object.entries(UNEXPECTED).map(([name, bytes]) => ({ name, behave: answering(bytes) })),
  ...ERRORS.map((error) => ({
    name: `the error ${JSON.stringify(error.slice(0, 20))} of length ${error.length}`,
    behave: answering(`-${error}\r\n`),
  })),
  ...Object.entries(CLAIMS).map(([name, bytes]) => ({ name, behave: answering(bytes), mayDeliver: true })),
  ...cutAnswers('an id', ENTRY_ID, (cut) => answeringAndClosing(cut)),
  { name: 'an id that stalls in its middle', behave: answering(ENTRY_ID.subarray(0, 12)) },
  {
    name: 'replies before any command',
    behave: (socket) => socket.write('+OK\r\n'.repeat(10)),
    mayDeliver: true,
  },
  { name: 'an error before any command', behave: (socket) => socket.write('-ERR early\r\n') },
  { name: 'one byte at a time of an endless line', behave: dripping('+a') },
  { name: 'one byte at a time of ids', behave: dripping(ENTRY_ID, 5), mayDeliver: true },
  {
    name: 'a reset in the middle of an id',
    behave: afterRequest((socket) => socket.write(ENTRY_ID.subarray(0, 9), () => socket.resetAndDestroy())),
  },
  ...['-WRONGPASS no', '-ERR no password is set', ':1', '$-1', '*0', '+', '-', '-NOAUTH'].map(
    (reply) =>
      ({
        name: `${JSON.stringify(reply)} to the login and to all that follows`,
        behave: (socket) => socket.on('data', () => socket.write(`${reply}\r\n`)),
        settings: login,
        mayDeliver: true,
      }) satisfies Behaviour,
  ),
  { name: 'silence after the login', behave: answering('+OK\r\n'), settings: login },
  ...(
    [
      ['a bulk reply', '$1000000000\r\n', Buffer.alloc(65_536, 'a')],
      ['a line', '+', Buffer.alloc(65_536, 'a')],
      ['an error', '-ERR ', Buffer.alloc(65_536, 'a')],
      ['replies', '', Buffer.from('+OK\r\n'.repeat(10_000))],
      ['bulk replies', '', Buffer.from('$5\r\nabcde\r\n'.repeat(5_000))],
    ] as const
  ).map(
    ([what, start, chunk]) =>
      ({
        name: `${what} without end`,
        heavy: true,
        mayDeliver: true,
        behave: afterRequest((socket) => {
          socket.write(start);
          sendForEver(socket, chunk);
        }),
      }) satisfies Behaviour,
  ),
];
