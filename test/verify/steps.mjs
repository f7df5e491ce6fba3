import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countReport, endOf, failedBecause, PASSED } from './tally.mjs';

/** @typedef {import('./tally.mjs').Outcome} Outcome */
/** @typedef {{ output?: 'inherit' | number, env?: Record<string, string> }} Options `output`: a file; else shown live */

/** Ends a step that hangs. The slowest step takes a fraction of this. */
const STEP_WITHIN_MS = 20 * 60_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/** Ends the running steps, because the whole run is being interrupted. */
export function interrupt() {
  for (const child of running) child.kill('SIGTERM');
}

/**
 * Runs a command; resolves with its exit code, or with nothing when a signal ended it.
 * @param {readonly string[]} command
 * @param {Options} [options]
 */
async function execute([file = '', ...args], { output = 'inherit', env = {} } = {}) {
  const child = spawn(file, args, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
    timeout: STEP_WITHIN_MS,
    killSignal: 'SIGKILL',
  });
  running.add(child);
  const [code] = await once(child, 'close');
  running.delete(child);
  return /** @type {number | null} */ (code);
}

/**
 * A step that passes or fails as a whole.
 * @param {readonly string[]} command
 * @returns {Promise<Outcome>}
 */
export async function check(command) {
  return outcomeOf(command, await execute(command));
}

/**
 * The same, but it starts at once and runs beside the next steps. The returned function waits for it and shows its output.
 * @param {readonly string[]} command
 * @returns {Promise<() => Promise<Outcome>>}
 */
export async function checkBeside(command) {
  const file = join(await temporaryFolder(), 'output.txt');
  const output = openSync(file, 'w');
  const ended = execute(command, { output });
  // The caller handles a rejection when it waits, which may be much later.
  ended.catch(() => undefined);
  return async () => {
    const code = await ended;
    closeSync(output);
    process.stdout.write(await readFile(file));
    return outcomeOf(command, code);
  };
}

/**
 * @param {readonly string[]} command
 * @param {number | null} code
 * @returns {Outcome}
 */
function outcomeOf(command, code) {
  return code === 0 ? PASSED : failedBecause(`"${command.join(' ')}" ${endOf(code)}`);
}

/**
 * Runs the tests of some of Vitest's projects and counts each test.
 * @param {readonly string[]} projects
 * @returns {Promise<Outcome>}
 */
export async function tests(...projects) {
  const report = join(await temporaryFolder(), 'report.json');
  const selection = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', `--reporter=${join(import.meta.dirname, 'reporter.mjs')}`];
  const vitest = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run'];
  const code = await execute([...vitest, ...selection, ...reporters], { env: { VERIFY_REPORT: report } });
  const text = await readFile(report, 'utf8').catch(() => undefined);
  return countReport(text === undefined ? undefined : JSON.parse(text), code);
}

async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-verify-'));
  // An interrupted run reaches no `finally`.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
