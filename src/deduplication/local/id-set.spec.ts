import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { IdSet } from './id-set.js';

describe('IdSet', () => {
  it('has the added ids and no others, over several tables', () => {
    const set = new IdSet();
    const ids = Array.from({ length: 20_000 }, () => randomBytes(16));
    for (const id of ids) set.add(id);
    expect(ids.every((id) => set.has(id))).toBe(true);
    expect(Array.from({ length: 20_000 }, () => randomBytes(16)).some((id) => set.has(id))).toBe(false);
  });

  it('separates ids of the same slot by each of their words', () => {
    const set = new IdSet();
    const ids = [0, 4, 8, 12].flatMap((part) =>
      Array.from({ length: 200 }, (_, value) => {
        const id = Buffer.alloc(16);
        id.writeUInt32LE((value + 1) * 65_536, part);
        return id;
      }),
    );
    for (const id of ids.filter((_, index) => index % 2 === 0)) set.add(id);
    expect(ids.map((id) => set.has(id))).toEqual(ids.map((_, index) => index % 2 === 0));
  });

  it('takes no more memory for an id that is added repeatedly', () => {
    const set = new IdSet();
    const id = randomBytes(16);
    for (let count = 0; count < 10_000; count += 1) set.add(id);
    expect(set.bytes).toBe(65_536);
  });
});
