import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resultOf } from '../../contract/delivery-error.js';
import { AnswerBudget, MAX_ANSWER_BYTES } from './answer-budget.js';
import { contain } from './contain.js';

let server: Server;
let peer: Promise<Socket>;
let socket: Socket;

const failureOf = async (failed: Socket): Promise<unknown> =>
  resultOf(await new Promise((resolve) => failed.once('error', resolve)));

describe('a contained socket', () => {
  beforeEach(async () => {
    server = createServer();
    peer = once(server, 'connection').then(([accepted]) => (accepted as Socket).on('error', () => undefined));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  });
  afterEach(async () => {
    socket.destroy();
    (await peer).destroy();
    server.close();
  });

  it('reports a failure twice without a listener of the client', async () => {
    contain(socket, new AnswerBudget());
    expect(() => {
      socket.emit('error', new Error('first'));
      socket.emit('error', new Error('second'));
    }).not.toThrow();
    await peer;
  });

  it('is destroyed by what a listener throws, which then reads no more', async () => {
    let calls = 0;
    contain(socket, new AnswerBudget()).on('data', () => {
      calls += 1;
      throw new RangeError('length');
    });
    const failure = failureOf(socket);
    (await peer).write('answer');
    expect(await failure).toEqual({ kind: 'retry', reason: 'invalid_answer' });
    expect(socket.destroyed).toBe(true);
    socket.emit('data', Buffer.from('late'));
    expect(calls).toBe(1);
  });

  it('is destroyed by what its inspection throws, before the client reads', async () => {
    let isRead = false;
    contain(socket, new AnswerBudget(), () => {
      throw new Error('refused');
    }).on('data', () => (isRead = true));
    const failure = failureOf(socket);
    (await peer).write('answer');
    expect(await failure).toEqual({ kind: 'retry', reason: 'invalid_answer' });
    expect(isRead).toBe(false);
  });

  it('is destroyed past its budget', async () => {
    let size = 0;
    contain(socket, new AnswerBudget()).on('data', (chunk: Buffer) => (size += chunk.length));
    const failure = failureOf(socket);
    (await peer).write(Buffer.alloc(4 * MAX_ANSWER_BYTES));
    expect(await failure).toEqual({ kind: 'retry', reason: 'answer_too_large' });
    expect(size).toBeLessThan(2 * MAX_ANSWER_BYTES);
  });
});

describe('a budget of received bytes', () => {
  it('is shared, and refilled by what was sent up to its limit', () => {
    const budget = new AnswerBudget();
    expect(budget.take(MAX_ANSWER_BYTES, 0)).toBe(true);
    expect(budget.take(MAX_ANSWER_BYTES, 10 * MAX_ANSWER_BYTES)).toBe(true);
    expect(budget.take(MAX_ANSWER_BYTES, 0)).toBe(false);
  });
});
