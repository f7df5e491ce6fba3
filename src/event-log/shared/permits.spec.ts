import { describe, expect, it } from 'vitest';
import { yieldToEventLoop } from '../../resilience/pauses.js';
import { Permits } from './permits.js';

describe('Permits', () => {
  it('runs at most so many operations at once, in their order, and frees a place after a failure', async () => {
    const permits = new Permits(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const start = (index: number) =>
      permits.run(() => {
        begun.push(index);
        return new Promise<void>((resolve, reject) => {
          ends[index] = index === 0 ? () => reject(new Error('failed')) : resolve;
        });
      });
    const running = [0, 1, 2, 3].map(start);
    expect(begun).toEqual([0, 1]);
    ends[0]?.();
    await expect(running[0]).rejects.toThrow('failed');
    await yieldToEventLoop();
    expect(begun).toEqual([0, 1, 2]);
    ends[1]?.();
    await running[1];
    await yieldToEventLoop();
    expect(begun).toEqual([0, 1, 2, 3]);
    ends[2]?.();
    ends[3]?.();
    await Promise.all(running.slice(1));
  });
});
