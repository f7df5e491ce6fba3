import { describe, expect, it } from 'vitest';
import { countReport, PASSED, type TestReport, totals } from './tally.mjs';

const file = (passed: boolean, ...states: TestReport['state'][]) => ({
  path: 'a.spec.ts',
  passed,
  tests: states.map((state, n) => ({ name: `test ${n + 1}`, state })),
});

describe('the outcome of a test run', () => {
  it.each([
    [
      'counts each test and names the failed ones',
      [file(true, 'passed', 'passed'), file(false, 'failed', 'passed')],
      1,
      { passed: 3, failures: ['a.spec.ts > test 1'] },
    ],
    [
      'counts a test that did not run as failed',
      [file(true, 'passed', 'skipped', 'pending')],
      0,
      {
        passed: 1,
        failures: ['a.spec.ts > test 2 (did not run)', 'a.spec.ts > test 3 (did not run)'],
      },
    ],
    [
      'says why tests did not run',
      [{ ...file(false, 'skipped'), error: 'no server' }],
      1,
      { passed: 0, failures: ['a.spec.ts > test 1 (did not run: no server)'] },
    ],
    [
      'counts a file that could not be loaded as failed',
      [file(true, 'passed'), { ...file(false), error: 'Cannot find module' }],
      1,
      { passed: 1, failures: ['a.spec.ts: Cannot find module'] },
    ],
    [
      'counts a run that failed without a failed test',
      [file(true, 'passed')],
      1,
      { passed: 1, failures: ['no test failed, but the run ended with exit code 1'] },
    ],
    ['counts a run without any test as failed', [], 0, { passed: 0, failures: ['no test ran'] }],
  ])('%s', (_, files, exitCode, outcome) => {
    expect(countReport({ files, errors: [] }, exitCode)).toEqual(outcome);
  });

  it('counts a failed setup as one failure, with its reason', () => {
    const report = { files: [], errors: [], setupFailure: 'Kafka ended during its start' };
    expect(countReport(report, 1)).toEqual({
      passed: 0,
      failures: ['the setup failed: Kafka ended during its start'],
    });
  });

  it('counts an error outside of the tests as one failure', () => {
    expect(countReport({ files: [file(true, 'passed')], errors: ['write EPIPE'] }, 1)).toEqual({
      passed: 1,
      failures: ['an error outside of the tests: write EPIPE'],
    });
  });

  it('counts a run without a report as one failure', () => {
    expect(countReport(undefined, null)).toEqual({
      passed: 0,
      failures: ['the run wrote no report and was ended by a signal'],
    });
  });
});

it('the totals are the sums of the layers', () => {
  expect(totals([PASSED, { passed: 2, failures: ['one', 'two'] }])).toBe('3 passed, 2 failed');
});
