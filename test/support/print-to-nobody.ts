import { once } from 'node:events';
import { terminal } from '../../src/destinations/delivery/call/terminal.js';
import { resultOf } from '../../src/destinations/contract/delivery-error.js';

/** A process that prints on its own standard output, once more after a word from its parent; how that went goes to standard error. */
const printer = terminal.useFactory();
const signal = new AbortController().signal;
await printer.print('before', signal);
await once(process.stdin, 'data');
const results = [];
for (const line of ['first', 'second'])
  results.push(await printer.print(line, signal).then(() => 'printed', resultOf));
process.stderr.write(JSON.stringify(results));
process.stdin.destroy();
