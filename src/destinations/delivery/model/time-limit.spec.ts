import { describe, expect, it } from 'vitest';
import { delayed, within } from './time-limit.js';

const never = new AbortController().signal;
const hang = () => new Promise<never>(() => undefined);
const late = new Error('late');

describe('within', () => {
  it('passes on what comes in time, and what fails', async () => {
    expect(await within(1_000, late, never, () => Promise.resolve(1))).toBe(1);
    await expect(within(1_000, late, never, () => Promise.reject(new Error('own')))).rejects.toThrow('own');
  });

  it('does not wait for what ignores its signal', async () => {
    let signal: AbortSignal | undefined;
    const work = within(5, late, never, (given) => {
      signal = given;
      return hang();
    });
    await expect(work).rejects.toBe(late);
    expect(signal?.aborted).toBe(true);
  });

  it('ends with the outer signal, also with one that is aborted already', async () => {
    const outer = new AbortController();
    const work = within(10_000, late, outer.signal, hang);
    outer.abort(new Error('stop'));
    await expect(work).rejects.toThrow('stop');
    await expect(within(10_000, late, outer.signal, hang)).rejects.toThrow('stop');
  });
});

describe('delayed', () => {
  it('follows after the grace, unless released', async () => {
    const outer = new AbortController();
    const kept = delayed(outer.signal, () => 5);
    const released = delayed(outer.signal, () => 5);
    outer.abort();
    released.release();
    expect(kept.signal.aborted).toBe(false);
    await new Promise((resolve) => kept.signal.addEventListener('abort', resolve));
    expect(released.signal.aborted).toBe(false);
  });
});
