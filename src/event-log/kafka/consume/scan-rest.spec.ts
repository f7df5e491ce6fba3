import { describe, expect, it } from 'vitest';
import { ScanRest } from './scan-rest.js';

describe('ScanRest', () => {
  it('keeps what is not read yet by partition, until nothing is left', () => {
    const rest = new ScanRest([
      { partition: 0, from: 5n, to: 8n },
      { partition: 1, from: 3n, to: 3n },
      { partition: 2, from: 0n, to: 2n },
    ]);
    expect(rest.positions()).toEqual([
      { partition: 0, next: 5n },
      { partition: 2, next: 0n },
    ]);
    const offsets = [4n, 5n, 7n, 8n];
    expect(offsets.map((offset) => rest.includes(0, offset))).toEqual([false, true, true, false]);
    expect([rest.includes(1, 3n), rest.includes(9, 0n)]).toEqual([false, false]);
    rest.reached(0, 7n);
    rest.reached(0, 6n);
    expect([rest.includes(0, 6n), rest.includes(0, 7n)]).toEqual([false, true]);
    expect([rest.isUnfinished(0), rest.isUnfinished(1)]).toEqual([true, false]);
    rest.reached(0, 8n);
    expect(rest.isUnfinished(0)).toBe(false);
    rest.reached(2, 1_000n);
    expect(rest.isEmpty).toBe(true);
  });
});
