import { describe, expect, it } from 'vitest';
import { mapInTurns } from './map-in-turns.js';

/** Keeps the processor busy, as the judgement of a large document does. */
function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe('mapInTurns', () => {
  it('maps every item in its order', async () => {
    expect(await mapInTurns(['a', 'b', 'c'], (item, index) => `${index}${item}`)).toEqual(['0a', '1b', '2c']);
    expect(await mapInTurns([], String)).toEqual([]);
  });

  it('lets other callbacks run before the last item', async () => {
    const order: string[] = [];
    setImmediate(() => order.push('another callback'));
    await mapInTurns([1, 2, 3], (item) => {
      work(15);
      order.push(`item ${item}`);
    });
    expect(order).toEqual(['item 1', 'another callback', 'item 2', 'item 3']);
  });

  it('rejects with the error of an item', async () => {
    const failing = mapInTurns([1], () => {
      throw new Error('on purpose');
    });
    await expect(failing).rejects.toThrow('on purpose');
  });
});
