/** @typedef {{ passed: number, failed: number }} Count */
/** @typedef {{ status?: string, assertionResults?: { status?: string }[] }} SuiteReport */

/**
 * Counts a report of Vitest's JSON reporter. A test that did not run counts as failed, and so does a file that could not be
 * loaded, and a run that ended badly although no test failed.
 * @param {{ testResults?: SuiteReport[] }} report
 * @param {boolean} endedWell
 * @returns {Count}
 */
export function countTests({ testResults = [] }, endedWell) {
  let passed = 0;
  let failed = 0;
  for (const { status, assertionResults = [] } of testResults) {
    const good = assertionResults.filter((test) => test.status === 'passed').length;
    const bad = assertionResults.length - good;
    passed += good;
    failed += bad === 0 && status !== 'passed' ? 1 : bad;
  }
  const hidden = failed === 0 && (!endedWell || passed === 0);
  return { passed, failed: hidden ? 1 : failed };
}

/**
 * @param {readonly Count[]} counts
 * @returns {Count}
 */
export function sum(counts) {
  const add = (/** @type {Count} */ a, /** @type {Count} */ b) => ({
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
  });
  return counts.reduce(add, { passed: 0, failed: 0 });
}
