import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests } from './tally.mjs';

/** @typedef {import('./tally.mjs').Count} Count */

/** A step that hangs must end some time; the slowest takes a fraction of this. */
const STEP_WITHIN_MS = 20 * 60_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends the steps at work, for the run is being interrupted. */
export function interrupt() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * A command as a step; resolves to its exit code, or to nothing when a signal ended it.
 * @param {readonly string[]} command
 * @param {'inherit' | number} [output] where what it prints goes; live unless a file is given
 */
export async function execute([file = '', ...args], output = 'inherit') {
  const child = spawn(file, args, {
    stdio: ['ignore', output, output],
    timeout: STEP_WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  running.add(child);
  const [code] = await once(child, 'close');
  running.delete(child);
  return /** @type {number | null} */ (code);
}

/**
 * A step that either passes or fails.
 * @param {readonly string[]} command
 * @returns {Promise<Count>}
 */
export async function single(command) {
  return countOf(await execute(command));
}

/**
 * The same, begun at once beside the steps that follow; what is returned waits for it and then shows what it has printed.
 * @param {readonly string[]} command
 * @returns {Promise<() => Promise<Count>>}
 */
export async function beside(command) {
  const file = join(await temporaryFolder(), 'output.txt');
  const output = openSync(file, 'w');
  const ended = execute(command, output);
  // Whoever waits for it later hears of it.
  ended.catch(() => undefined);
  return async () => {
    const count = countOf(await ended);
    closeSync(output);
    process.stdout.write(await readFile(file));
    return count;
  };
}

/**
 * @param {number | null} code
 * @returns {Count}
 */
function countOf(code) {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/**
 * The tests of some of Vitest's projects, each counted.
 * @param {readonly string[]} projects
 * @returns {Promise<Count>}
 */
export async function tests(...projects) {
  const report = join(await temporaryFolder(), 'report.json');
  const selection = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run'];
  const code = await execute([...vitest, ...selection, ...reporters]);
  const text = await readFile(report, 'utf8').catch(() => '{}');
  return countTests(JSON.parse(text), code === 0);
}

async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-verify-'));
  // Not `finally`, which an interrupted run never comes to.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
