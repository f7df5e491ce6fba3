/** @typedef {{ passed: number, failures: readonly string[] }} Outcome the failures of a layer, one line each */
/** @typedef {{ name: string, state: 'passed' | 'failed' | 'skipped' | 'pending' }} TestReport */
/** @typedef {{ path: string, passed: boolean, error?: string, tests: readonly TestReport[] }} FileReport */
/** @typedef {{ files: readonly FileReport[], errors: readonly string[], setupFailure?: string }} Report */

/** @type {Outcome} */
export const PASSED = { passed: 1, failures: [] };

/**
 * @param {string} reason
 * @returns {Outcome}
 */
export const failedBecause = (reason) => ({ passed: 0, failures: [reason] });

/**
 * Counts the report of a test run. A test that did not run counts as failed. A file that could not be loaded counts as one
 * failure, and so does a run that failed without a failed test.
 * @param {Report | undefined} report nothing when the run ended before it could write one
 * @param {number | null} exitCode nothing when a signal ended the run
 * @returns {Outcome}
 */
export function countReport(report, exitCode) {
  if (report === undefined) return failedBecause(`the run wrote no report and ${endOf(exitCode)}`);
  const { files, errors, setupFailure } = report;
  if (setupFailure !== undefined) return failedBecause(`the setup failed: ${setupFailure}`);
  const passed = files.flatMap((file) => file.tests).filter((test) => test.state === 'passed').length;
  const failures = files.flatMap(failuresOf);
  if (failures.length > 0) return { passed, failures };
  if (errors.length > 0) return { passed, failures: [`an error outside of the tests: ${errors.join('; ')}`] };
  if (passed === 0) return failedBecause('no test ran');
  return { passed, failures: exitCode === 0 ? [] : [`no test failed, but the run ${endOf(exitCode)}`] };
}

/**
 * @param {FileReport} file
 * @returns {string[]}
 */
function failuresOf({ path, passed, error, tests }) {
  const because = error === undefined ? '' : `: ${error}`;
  const failures = tests
    .filter(({ state }) => state !== 'passed')
    .map(({ name, state }) => `${path} > ${name}${state === 'failed' ? '' : ` (did not run${because})`}`);
  return failures.length > 0 || passed ? failures : [`${path}${because}`];
}

/**
 * @param {number | null} exitCode
 * @returns {string}
 */
export function endOf(exitCode) {
  return exitCode === null ? 'was ended by a signal' : `ended with exit code ${exitCode}`;
}

/**
 * @param {readonly Outcome[]} outcomes
 * @returns {string} `N passed, N failed`
 */
export function totals(outcomes) {
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  const failed = outcomes.reduce((sum, outcome) => sum + outcome.failures.length, 0);
  return `${passed} passed, ${failed} failed`;
}
