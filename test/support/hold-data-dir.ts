import { lockDataDir } from '../../src/database/embedded/data-dir-lock.js';

/** Holds a data directory until it is killed; prints `held`, or why not. */
const dir = process.argv[3] ?? '';
const line = await lockDataDir(dir).then(
  () => 'held',
  (error: unknown) => String(error),
);
process.stdout.write(`${line}\n`);
if (line === 'held') setInterval(() => undefined, 1_000);
