import { describe, expect, it } from 'vitest';
import { Backoff } from './backoff.js';

describe('Backoff', () => {
  it('doubles up to the longest wait and starts again after a reset', () => {
    const backoff = new Backoff(100, 300);
    const waits = [backoff.next(), backoff.next(), backoff.next(), backoff.next()];
    backoff.reset();
    expect([...waits, backoff.next()]).toEqual([100, 200, 300, 300, 100]);
  });
});
