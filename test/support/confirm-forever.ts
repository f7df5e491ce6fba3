import { appendFileSync } from 'node:fs';
import { trackedKeyOf } from '../../src/deduplication/tracked-message.js';
import { LocalIds } from '../../src/deduplication/local/local-ids.js';

/** Confirms ids in a local store until the process is killed, and writes the names of each confirmation to a file. */
const [directory = '', confirmations = '', run = ''] = process.argv.slice(3);
const store = new LocalIds({ directory, windowMs: 3_600_000, maxBytes: 1e9, now: Date.now });
await store.check();
process.stdout.write('started\n');

async function confirmFrom(writer: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const names = [0, 1, 2].map((part) => `${run}:${writer}:${count}:${part}`);
    await store.confirm(names.map((name) => trackedKeyOf(name)));
    appendFileSync(confirmations, `${names.join('\n')}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map((writer) => confirmFrom(writer)));
