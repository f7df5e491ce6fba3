import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests } from './tally.mjs';

/** @typedef {import('./tally.mjs').Count} Count */

/** A step that hangs must end some time; the slowest takes a fraction of this. */
const STEP_WITHIN_MS = 20 * 60_000;

/** @type {import('node:child_process').ChildProcess | undefined} */
let running;

/** Ends the step at work, for the run is being interrupted. */
export const interrupt = () => running?.kill('SIGTERM');

/**
 * A command as a step, with its output live; resolves to its exit code, or to nothing when a signal ended it.
 * @param {readonly string[]} command
 */
export async function execute([file = '', ...args]) {
  running = spawn(file, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: STEP_WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  const [code] = await once(running, 'close');
  running = undefined;
  return /** @type {number | null} */ (code);
}

/**
 * A step that either passes or fails.
 * @param {readonly string[]} command
 * @returns {Promise<Count>}
 */
export async function single(command) {
  return (await execute(command)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * The tests of some of Vitest's projects, each counted.
 * @param {readonly string[]} projects
 * @returns {Promise<Count>}
 */
export async function tests(...projects) {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-verify-'));
  // Not `finally`, which an interrupted run never comes to.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const report = join(folder, 'report.json');
  const selection = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run'];
  const code = await execute([...vitest, ...selection, ...reporters]);
  const text = await readFile(report, 'utf8').catch(() => '{}');
  return countTests(JSON.parse(text), code === 0);
}
