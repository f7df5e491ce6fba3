import { describe, expect, it } from 'vitest';
import { resultOf } from '../../contract/delivery-error.js';
import { MessageCheck } from './message-check.js';

function message(type: string, body: string, length = body.length + 4): Buffer {
  const header = Buffer.from([type.charCodeAt(0), 0, 0, 0, 0]);
  header.writeUInt32BE(length >>> 0, 1);
  return Buffer.concat([header, Buffer.from(body, 'latin1')]);
}

const ERROR = 'SERROR\0C42P01\0Mno such table\0\0';

/** Reads all bytes, in pieces of a size. Returns the reason of the refusal, undefined where there is none. */
function refusalOf(bytes: Buffer, size = bytes.length): string | undefined {
  const check = new MessageCheck();
  try {
    for (let at = 0; at < bytes.length; at += size) check.read(bytes.subarray(at, at + size));
    return undefined;
  } catch (error) {
    return resultOf(error).reason;
  }
}

describe('MessageCheck', () => {
  it.each([1, 3, 1_000])('accepts the messages of a session in pieces of %i bytes', (size) => {
    const session = [
      message('R', '\0\0\0\0'),
      message('S', 'client_encoding\0UTF8\0'),
      message('N', 'SNOTICE\0Mhello\0\0'),
      message('Z', 'I'),
      message('E', ERROR),
      message('D', 'x'.repeat(200_000)),
      message('1', ''),
      message('E', '\0'),
    ];
    expect(refusalOf(Buffer.concat(session), size)).toBeUndefined();
  });

  it.each([
    ['without any field', ''],
    ['without the last terminator', 'SERROR\0Mtext\0'],
    ['with a field without an end', 'SERROR\0Mtext'],
    ['that goes on after its end', `${ERROR}x\0`],
  ])('refuses an error or a notice %s', (_, body) => {
    for (const type of ['E', 'N'])
      for (const size of [1, 1_000])
        expect(refusalOf(Buffer.concat([message(type, body), message('Z', 'I')]), size)).toBe(
          'invalid_answer',
        );
  });

  it('accepts an error of any length, as one that repeats a long value of an event', () => {
    expect(refusalOf(message('E', `SERROR\0M${'x'.repeat(300_000)}\0\0`), 1_000)).toBeUndefined();
  });

  it.each([0, 3])('refuses a message whose length is %i', (length) => {
    expect(refusalOf(message('Z', '', length))).toBe('invalid_answer');
  });
});
