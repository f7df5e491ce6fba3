import { describe, expect, it } from 'vitest';
import { countTests, sum } from './tally.mjs';

const file = (status: string, ...tests: string[]) => ({
  status,
  assertionResults: tests.map((test) => ({ status: test })),
});

describe('the totals of a test run', () => {
  it.each([
    ['each test', [file('passed', 'passed', 'passed'), file('failed', 'failed', 'passed')], false, [3, 1]],
    [
      'a test that did not run as failed',
      [file('passed', 'passed', 'skipped', 'todo', 'pending')],
      true,
      [1, 3],
    ],
    ['a file that could not be loaded as failed', [file('passed', 'passed'), file('failed')], false, [1, 1]],
    ['a run that ended badly without a failed test as failed', [file('passed', 'passed')], false, [1, 1]],
    ['a run without any test as failed', [], true, [0, 1]],
  ])('count %s', (_, testResults, endedWell, [passed, failed]) => {
    expect(countTests({ testResults }, endedWell)).toEqual({ passed, failed });
  });

  it('count a run without a report as failed', () => {
    expect(countTests({}, false)).toEqual({ passed: 0, failed: 1 });
  });

  it('are the sums of the layers', () => {
    expect(
      sum([
        { passed: 2, failed: 0 },
        { passed: 1, failed: 3 },
      ]),
    ).toEqual({ passed: 3, failed: 3 });
  });
});
