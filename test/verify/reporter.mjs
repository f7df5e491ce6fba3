import { writeFileSync } from 'node:fs';
import { oneLine } from './explain.mjs';

/** @typedef {import('vitest/node').TestModule} TestModule */

/**
 * Writes the results of a Vitest run for `countReport`, into the file that VERIFY_REPORT names. Vitest does not tell its
 * reporters why a global setup failed, so the setup leaves the reason in the environment.
 */
export default class VerifyReporter {
  /**
   * @param {readonly TestModule[]} modules
   * @param {readonly { message: string }[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    /** @type {import('./tally.mjs').Report} */
    const report = { files: modules.map(fileOf), errors: unhandledErrors.map(oneLine) };
    const setupFailure = process.env['VERIFY_SETUP_FAILURE'];
    if (setupFailure !== undefined) report.setupFailure = setupFailure;
    writeFileSync(process.env['VERIFY_REPORT'] ?? '', JSON.stringify(report));
  }
}

/** @param {TestModule} module */
function fileOf(module) {
  const tests = [...module.children.allTests()];
  const suites = [...module.children.allSuites()];
  const [error] = [module, ...suites].flatMap((suite) => suite.errors());
  return {
    path: module.relativeModuleId,
    passed: module.state() === 'passed',
    ...(error && { error: oneLine(error) }),
    tests: tests.map((test) => ({ name: test.fullName, state: test.result().state })),
  };
}
