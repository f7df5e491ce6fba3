import { describe, expect, it } from 'vitest';
import { pairUp, namesToRelease } from './pairing.js';

const rows = [
  { id: '1', name: 'a' },
  { id: '2', name: 'b' },
  { id: '3', name: 'c' },
];

const paired = (entries: { id?: string; name: string }[]) => {
  const { pairs, surplus } = pairUp('/sources', entries, rows);
  return { rows: pairs.map(({ row }) => row?.id), surplus: surplus.map(({ id }) => id) };
};

describe('pairUp', () => {
  it.each([
    ['by name', [{ name: 'b' }], ['2'], ['1', '3']],
    ['by id, under any name', [{ id: '1', name: 'renamed' }], ['1'], ['2', '3']],
    [
      'by id before by name, when another entry has the name',
      [{ name: 'a' }, { id: '1', name: 'z' }],
      [undefined, '1'],
      ['2', '3'],
    ],
    ['by name, when no row has the id', [{ id: '9', name: 'c' }], ['3'], ['1', '2']],
    [
      'each row once',
      [{ name: 'a' }, { name: 'a' }, { id: '1', name: 'a' }],
      [undefined, undefined, '1'],
      ['2', '3'],
    ],
    [
      'with swapped names',
      [
        { id: '1', name: 'b' },
        { id: '2', name: 'a' },
      ],
      ['1', '2'],
      ['3'],
    ],
    ['nothing', [], [], ['1', '2', '3']],
  ])('finds rows %s', (_, entries, found, surplus) => {
    expect(paired(entries)).toEqual({ rows: found, surplus });
  });

  it('leaves all rows alone when the document has no list', () => {
    expect(pairUp('/sources', undefined, rows)).toEqual({ pairs: [], surplus: [] });
  });

  it('points to the entry in the document', () => {
    const { pairs } = pairUp('/sources/2/writeKeys', [{ name: 'x' }, { name: 'y' }], rows);
    expect(pairs.map(({ pointer }) => pointer)).toEqual(['/sources/2/writeKeys/0', '/sources/2/writeKeys/1']);
  });
});

describe('namesToRelease', () => {
  const named = (...names: [id: string, name: string][]) => {
    const entries = names.map(([id, name]) => ({ id, name }));
    return namesToRelease(pairUp('/sources', entries, rows).pairs).map(({ name }) => name);
  };

  it.each([
    [
      'nothing, where names are kept or new',
      [
        ['1', 'a'],
        ['2', 'z'],
      ],
      [],
    ],
    [
      'nothing, where a new entry takes a name',
      [
        ['1', 'z'],
        ['9', 'a'],
      ],
      [],
    ],
    [
      'both names of a swap',
      [
        ['1', 'b'],
        ['2', 'a'],
      ],
      ['a', 'b'],
    ],
    [
      'all names of a cycle',
      [
        ['1', 'b'],
        ['2', 'c'],
        ['3', 'a'],
      ],
      ['a', 'b', 'c'],
    ],
    [
      'the names in a chain that other rows take',
      [
        ['1', 'b'],
        ['2', 'c'],
        ['3', 'd'],
      ],
      ['b', 'c'],
    ],
  ] as [string, [string, string][], string[]][])('finds %s', (_, names, found) => {
    expect(named(...names)).toEqual(found);
  });
});
