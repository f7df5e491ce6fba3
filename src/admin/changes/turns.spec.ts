import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

describe('Turns', () => {
  it('come one after another for one key, also after a failure, and at once for another', async () => {
    const turns = new Turns();
    const order: string[] = [];
    let fail: (error: Error) => void = () => undefined;
    const failing = new Promise<never>((_, reject) => (fail = reject));
    const first = turns.take('a', () => failing);
    const second = turns.take('a', () => Promise.resolve(order.push('second')));
    await turns.take('b', () => Promise.resolve(order.push('other')));
    fail(new Error('no'));
    await expect(first).rejects.toThrow('no');
    await second;
    expect(order).toEqual(['other', 'second']);
  });
});
