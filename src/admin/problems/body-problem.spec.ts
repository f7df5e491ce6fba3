import { describe, expect, it } from 'vitest';
import { contentProblem } from './body-problem.js';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('contentProblem', () => {
  it.each([[{}], ['text'], [null], [{ name: 'Größe 😀', list: [1, true, null] }], [nested(210)]])(
    'finds nothing wrong with %j',
    (body) => expect(contentProblem(body)).toBeUndefined(),
  );

  it.each([
    [{ name: 'a\0b' }, '/name'],
    [{ name: '\ud800' }, '/name'],
    [{ settings: { 'a/b': ['fine', '\udc00!'] } }, '/settings/a~1b/1'],
    [{ settings: { '\0': 1 } }, '/settings'],
    ['\0', ''],
  ])('says where in %j a text cannot be stored', (body, pointer) => {
    expect(contentProblem(body)).toMatchObject({
      code: 'invalid_request',
      extras: { faults: [{ pointer }] },
    });
  });

  it('refuses levels upon levels, however many they are', () => {
    expect(contentProblem(nested(211))).toMatchObject({ message: expect.stringContaining('210') as string });
    expect(contentProblem(nested(100_000))).toMatchObject({ code: 'invalid_request' });
  });
});
