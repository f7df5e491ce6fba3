import { describe, expect, it } from 'vitest';
import { ReplyCheck } from './reply-check.js';

const read = (...chunks: readonly string[]): void => {
  const check = new ReplyCheck();
  for (const chunk of chunks) check.read(Buffer.from(chunk));
};

describe('the check of replies', () => {
  it('accepts the replies to commands of the destination, wherever they are cut', () => {
    const replies = '+OK\r\n-ERR no\r\n:1\r\n$5\r\n1-0\r\n\r\n$-1\r\n$0\r\n\r\n+OK\r\n$3\r\n*1\r\r\n';
    expect(() => read(replies)).not.toThrow();
    expect(() => read(...Array.from(replies))).not.toThrow();
  });

  it.each([
    '*1\r\n',
    '+OK\r\n*0\r\n',
    '$-2\r\n',
    '$65537\r\n',
    '$x\r\n',
    '$12345678901',
    '\r\n',
    '!1\r\na\r\n',
  ])('refuses %j', (reply) => {
    expect(() => read(reply)).toThrow('invalid_answer');
    expect(() => read(...Array.from(reply))).toThrow('invalid_answer');
  });

  it('refuses a line without an end', () => {
    expect(() => read('+', 'a'.repeat(70_000))).toThrow('invalid_answer');
  });
});
