// Runs every layer of the tests, from the format to the built product on real servers, and ends with the totals.
// Needs nothing but Node; `provision.mjs` says where the servers come from.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { provision } from './provision.mjs';
import { beside, interrupt, single, tests } from './steps.mjs';
import { sum } from './tally.mjs';

/** @typedef {import('./tally.mjs').Count} Count */

const PASSED = { passed: 1, failed: 0 };
const FAILED = { passed: 0, failed: 1 };

/** @type {Count[]} */
const counts = [];
let isBuilt = false;

process.chdir(join(import.meta.dirname, '../..'));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, stop);

if (await layer('Dependencies', install)) {
  await layer('Provisioning', servers);
  // The longest of the three, and none of them keeps two cores busy.
  const lint = await beside(npm('lint'));
  await layer('Format', () => single(npm('format:check')));
  await layer('Types', () => single(npm('types')));
  await layer('Lint', lint);
  await layer('Unit and contract tests', () => tests('unit', 'contract'));
  isBuilt = await layer('Build', () => single(npm('build')));
  await layer(
    'OpenAPI document',
    whenBuilt(() => single([process.execPath, 'dist/src/openapi.js', '--check'])),
  );
  await layer('Conformance: every row of the wire, on both drivers of the log', () => tests('conformance'));
  await layer('Integration tests', () => tests('integration'));
  await layer(
    'End-to-end tests',
    whenBuilt(() => tests('e2e')),
  );
}
finish();

/**
 * One layer under a heading, counted and timed; resolves to whether nothing in it failed.
 * @param {string} title
 * @param {() => Promise<Count>} work
 */
async function layer(title, work) {
  console.log(`\n━━ ${title}`);
  const start = Date.now();
  const count = await work().catch((error) => {
    console.log(explain(error));
    return FAILED;
  });
  counts.push(count);
  const seconds = ((Date.now() - start) / 1_000).toFixed(1);
  console.log(`── ${title}: ${count.passed} passed, ${count.failed} failed, ${seconds} s`);
  return count.failed === 0;
}

/** Installs what the lock file says, unless that is there already. */
async function install() {
  const installed = 'node_modules/.package-lock.json';
  const isFresh =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs;
  return isFresh ? PASSED : single(['npm', 'ci', '--no-audit', '--no-fund']);
}

async function servers() {
  await provision({ tools: true, s3: true, say: (line) => console.log(line) });
  return PASSED;
}

/**
 * What runs the built product would run an old one, or none, after a build that failed.
 * @param {() => Promise<Count>} work
 */
function whenBuilt(work) {
  return async () => {
    if (isBuilt) return work();
    console.log('not run, because the build failed');
    return FAILED;
  };
}

/** @param {string} script */
function npm(script) {
  return ['npm', 'run', '--silent', script];
}

/**
 * The messages of an error and of what caused it.
 * @param {unknown} error
 * @returns {string}
 */
function explain(error) {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${explain(error.cause)}`;
}

function stop() {
  interrupt();
  counts.push(FAILED);
  finish();
}

/** The totals are the last line, alone. */
function finish() {
  const { passed, failed } = sum(counts);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}
