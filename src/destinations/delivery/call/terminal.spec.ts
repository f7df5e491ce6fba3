import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Terminal } from './terminal.js';

const never = new AbortController().signal;

/** A stream that accepts a line when the test lets it. */
function aStream() {
  const waiting: ((error?: Error) => void)[] = [];
  const lines: string[] = [];
  const stream = new Writable({
    highWaterMark: 10,
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString());
      waiting.push(done);
    },
  });
  return { stream, lines, take: (error?: Error) => waiting.shift()?.(error) };
}

describe('the terminal', () => {
  it('resolves when the system has accepted the line', async () => {
    const { stream, lines, take } = aStream();
    let printed = false;
    const print = new Terminal(stream).print('one', never).then(() => (printed = true));
    await new Promise(setImmediate);
    expect([lines, printed]).toEqual([['one\n'], false]);
    take();
    await print;
  });

  it('accepts no line while its reader does not read, and rejects lines whose time is over', async () => {
    const { stream, lines, take } = aStream();
    const terminal = new Terminal(stream);
    const first = terminal.print('as long as there is room', never);
    const limit = new AbortController();
    const given = Array.from({ length: 50 }, (_, n) => terminal.print(`late ${n}`, limit.signal));
    const kept = terminal.print('kept', never);
    const late = Promise.allSettled(given);
    await new Promise(setImmediate);
    limit.abort(new Error('the time is over'));
    expect(new Set((await late).map(({ status }) => status))).toEqual(new Set(['rejected']));
    expect(stream.writableLength).toBe(25);
    take();
    await first;
    await new Promise(setImmediate);
    take();
    await kept;
    expect(lines).toEqual(['as long as there is room\n', 'kept\n']);
    expect(stream.listenerCount('drain')).toBe(0);
  });

  it('fails with a code when the reader has gone, and goes on', async () => {
    const { stream, take } = aStream();
    const terminal = new Terminal(stream);
    const closed = { result: { kind: 'retry', reason: 'terminal_closed' } };
    const print = terminal.print('one', never);
    take(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await expect(print).rejects.toMatchObject(closed);
    await expect(terminal.print('two', never)).rejects.toMatchObject(closed);
  });
});
