// Runs every layer, from the format to the built product on real servers. A failed layer does not stop the others. At the
// end come a line per layer, the name of each failed test, and the totals.
// Needs nothing but Node; `provision.mjs` says where the servers come from.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { oneLine } from './explain.mjs';
import { provision } from './provision.mjs';
import { check, checkBeside, interrupt, tests } from './steps.mjs';
import { failedBecause, PASSED, totals } from './tally.mjs';

/** @typedef {import('./tally.mjs').Outcome} Outcome */
/** @typedef {Outcome & { title: string, seconds: string }} Layer */

/** @type {Layer[]} */
const layers = [];
let current = '';
let isBuilt = false;

process.chdir(join(import.meta.dirname, '../..'));
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => stop(signal));

if (await layer('Dependencies', install)) {
  await layer('Provisioning', servers);
  // Lint takes longest of the three static checks, and none of them keeps two cores busy.
  const lint = await checkBeside(npm('lint'));
  await layer('Format', () => check(npm('format:check')));
  await layer('Types', () => check(npm('types')));
  await layer('Lint', lint);
  await layer('Unit and contract tests', () => tests('unit', 'contract'));
  isBuilt = await layer('Build', () => check(npm('build')));
  await layer(
    'OpenAPI document',
    whenBuilt(() => check([process.execPath, 'dist/src/openapi.js', '--check'])),
  );
  await layer('Conformance tests', () => tests('conformance'));
  await layer('Integration tests', () => tests('integration'));
  await layer(
    'End-to-end tests',
    whenBuilt(() => tests('e2e')),
  );
} else {
  console.log('The other layers need the dependencies, and did not run.');
}
finish();

/**
 * Runs one layer under a heading; resolves to whether nothing in it failed.
 * @param {string} title
 * @param {() => Promise<Outcome>} work
 */
async function layer(title, work) {
  current = title;
  console.log(`\n━━ ${title}`);
  const start = Date.now();
  const outcome = await work().catch((error) => {
    console.log(error);
    return failedBecause(oneLine(error));
  });
  const done = { ...outcome, title, seconds: ((Date.now() - start) / 1_000).toFixed(1) };
  layers.push(done);
  console.log(lineOf(done));
  return outcome.failures.length === 0;
}

/** @param {Layer} layer */
function lineOf({ title, seconds, ...outcome }) {
  return `── ${title}: ${totals([outcome])}, ${seconds} s`;
}

/** Installs the packages of the lock file, unless they are there. */
async function install() {
  const installed = 'node_modules/.package-lock.json';
  const isFresh =
    existsSync(installed) && statSync(installed).mtimeMs >= statSync('package-lock.json').mtimeMs;
  return isFresh ? PASSED : check(['npm', 'ci', '--no-audit', '--no-fund']);
}

async function servers() {
  await provision({ tools: true, s3: true, say: (line) => console.log(line) });
  return PASSED;
}

/**
 * After a failed build, a layer of the built product would run an old product or none.
 * @param {() => Promise<Outcome>} work
 */
function whenBuilt(work) {
  return async () => (isBuilt ? work() : failedBecause('did not run, because the build failed'));
}

/** @param {string} script */
function npm(script) {
  return ['npm', 'run', '--silent', script];
}

/** @param {string} signal */
function stop(signal) {
  interrupt();
  layers.push({ ...failedBecause(`ended by ${signal}`), title: current, seconds: '0' });
  finish();
}

/** Prints the summary. The totals are the last line, alone. */
function finish() {
  console.log('\n━━ Summary');
  for (const layer of layers) console.log(lineOf(layer));
  const failures = layers.flatMap((layer) => layer.failures.map((failure) => `${layer.title}: ${failure}`));
  if (failures.length > 0) console.log('\n━━ Failed');
  for (const failure of failures) console.log(failure);
  console.log(`\n${totals(layers)}`);
  process.exit(failures.length === 0 ? 0 : 1);
}
