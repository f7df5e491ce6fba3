import { appendFileSync } from 'node:fs';
import { LocalLog } from '../../src/event-log/local/local-log.js';

/** Appends to a local log until the process is killed, and writes the ids of each acknowledged append to a file. */
const [directory = '', acknowledgements = '', run = ''] = process.argv.slice(3);
const log = new LocalLog({
  directory,
  retentionMs: 3_600_000,
  maxBytes: 1_073_741_824,
  maxInFlightBytes: 67_108_864,
});
await log.start();
process.stdout.write('started\n');

async function appendFrom(writer: number): Promise<never> {
  for (let count = 0; ; count += 1) {
    const ids = [0, 1, 2].map((part) => `${run}:${writer}:${count}:${part}`);
    await log.append(
      ids.map((id) => ({
        topic: 'events',
        key: `${writer}`,
        value: `${id} ${'x'.repeat(800)}`,
        headers: {},
      })),
    );
    appendFileSync(acknowledgements, `${ids.join('\n')}\n`);
  }
}

await Promise.all([0, 1, 2, 3].map((writer) => appendFrom(writer)));
