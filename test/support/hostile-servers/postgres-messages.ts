import { type Socket } from 'node:net';
import { type Behave } from './behaviour.js';
import { int16, int32 } from './kafka-frames.js';

/** A message of PostgreSQL: type, length of itself and the body, body. The length may lie. */
export const message = (
  type: string,
  body: Buffer | string = Buffer.alloc(0),
  length = Buffer.byteLength(body) + 4,
): Buffer => Buffer.concat([Buffer.from(type), int32(length), Buffer.from(body)]);

/** A request of the server during the login. */
export const authentication = (kind: number, more: Buffer | string = ''): Buffer =>
  message('R', Buffer.concat([int32(kind), Buffer.from(more)]));

export const READY = message('Z', 'I');
export const done = (tag: string): Buffer => message('C', `${tag}\0`);
export const LOGGED_IN = Buffer.concat([
  authentication(0),
  message('S', 'server_version\u000016.0\0'),
  message('K', Buffer.concat([int32(1), int32(2)])),
  READY,
]);

/** An error with its SQLSTATE. */
export const failure = (code: string, more = ''): Buffer =>
  message('E', `SERROR\0C${code}\0Mtext\0${more}\0`);

/** One column and one row of a type that the server chooses. */
export function oneRow(oid: number, value: Buffer | string): Buffer {
  const column = Buffer.concat([
    ...[Buffer.from('name\0'), int32(0), int16(0), int32(oid), int16(-1), int32(-1), int16(0)],
  ]);
  const bytes = Buffer.from(value);
  const row = Buffer.concat([int16(1), int32(bytes.length), bytes]);
  return Buffer.concat([message('T', Buffer.concat([int16(1), column])), message('D', row)]);
}

/** Answers each request in turn, and the later ones with the last answer. */
export const inTurn =
  (...answers: readonly (Buffer | ((socket: Socket) => unknown))[]): Behave =>
  (socket) => {
    let turn = 0;
    socket.on('data', () => {
      const answer = answers[Math.min(turn, answers.length - 1)];
      turn += 1;
      if (typeof answer === 'function') answer(socket);
      else if (answer !== undefined) socket.write(answer);
    });
  };

const BEGUN = Buffer.concat([done('BEGIN'), done('SET'), done('SET'), READY]);
const ROLLED_BACK = Buffer.concat([done('ROLLBACK'), READY]);

/** Logs the client in, and answers its first statement with this. */
export const afterLogin = (answer: Buffer | Behave): Behave => inTurn(LOGGED_IN, answer);

/** Logs the client in, begins its transaction, and answers its INSERT with this. */
export const afterBegin = (answer: Buffer | Behave): Behave => inTurn(LOGGED_IN, BEGUN, answer);

/** Refuses the INSERT for a missing column, and answers the question for the columns with this. */
export const asColumns = (answer: Buffer): Behave =>
  inTurn(
    LOGGED_IN,
    BEGUN,
    Buffer.concat([failure('42703'), READY]),
    ROLLED_BACK,
    Buffer.concat([message('1'), message('2'), answer, done('SELECT 1'), READY]),
  );
