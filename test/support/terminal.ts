import { Writable } from 'node:stream';
import { Terminal } from '../../src/destinations/delivery/call/terminal.js';

/** A terminal that keeps its lines for the test. */
export function terminalTo(lines: string[]): Terminal {
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      lines.push(chunk.toString('utf8').replace(/\n$/, ''));
      done();
    },
  });
  return new Terminal(stream);
}
