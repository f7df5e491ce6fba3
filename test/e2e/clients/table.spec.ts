import { describe, expect, it } from 'vitest';
import { SCENARIOS, table } from './table.js';

const rows = [
  { name: 'one', without: {} },
  { name: 'another', without: { gzip: 'never compresses', leaving: 'has no page' } },
  { name: 'third', without: { leaving: 'has no page' } },
];

const cells = (text: string) => text.split('\n').map((line) => line.split(/ {2,}/));

describe('the client matrix', () => {
  it('has a row a client and a column a scenario', () => {
    const [head, ...lines] = cells(table(rows, () => true));
    expect(head).toEqual(['client', ...Object.values(SCENARIOS)]);
    expect(lines[0]).toEqual(['one', ...Object.values(SCENARIOS).map(() => 'ok')]);
  });

  it('says FAILED wherever nothing says that it passed', () => {
    const [, first] = cells(table(rows, (name, scenario) => name !== 'one' || scenario !== 'kinds'));
    expect(first?.slice(0, 3)).toEqual(['one', 'FAILED', 'ok']);
  });

  it('explains each dash below, equal reasons once', () => {
    const lines = cells(table(rows, () => true));
    expect(lines[2]?.slice(-2)).toEqual(['– [1]', '– [2]']);
    expect(lines[3]?.at(-1)).toBe('– [2]');
    expect(lines.slice(4)).toEqual([['[1] never compresses'], ['[2] has no page']]);
  });
});
