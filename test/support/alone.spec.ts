import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALONE, isAlone } from './alone.js';

const TESTS = join(import.meta.dirname, '..');

describe('the specs that run alone', () => {
  it.each(ALONE)('%s exists', (spec) => {
    expect(existsSync(join(TESTS, spec))).toBe(true);
    expect(isAlone(join(TESTS, spec))).toBe(true);
  });

  it('are the exception', () => {
    expect(isAlone(join(TESTS, 'integration/servers.spec.ts'))).toBe(false);
  });
});
