import { describe, expect, it } from 'vitest';
import { casesOf } from './row.js';
import { sections } from './sections.js';

describe('the suite holds every row of WIRE', () => {
  it.each(sections.map((section) => [section.title, section] as const))('%s', (_, { ids, rows }) => {
    expect(rows.map(({ id }) => id)).toEqual(ids);
    for (const row of rows) {
      expect(row.title, row.id).toMatch(/\w/);
      expect(casesOf(row).length, row.id).toBeGreaterThan(0);
      for (const { send, answer } of casesOf(row)) {
        const sends = [send].flat();
        expect(sends.length, row.id).toBeGreaterThan(0);
        if (Array.isArray(answer)) expect(answer, row.id).toHaveLength(sends.length);
      }
    }
  });

  it('as many as WIRE counts', () => {
    expect(sections.map(({ rows }) => rows.length)).toEqual([63, 40, 16, 15, 28, 18, 9, 20]);
  });
});
