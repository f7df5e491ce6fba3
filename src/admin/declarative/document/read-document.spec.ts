import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { readDocument } from './read-document.js';
import { SourceEntryDto } from './source-entry.dto.js';

const END = { source: 'Website', destination: 'Warehouse' };

describe('readDocument', () => {
  it('lets other callbacks run while it validates thousands of entries', async () => {
    let turns = 0;
    let isRead = false;
    const count = () => {
      turns += 1;
      if (!isRead) setImmediate(count);
    };
    setImmediate(count);
    const sources = Array.from({ length: 5_000 }, (_, index) => ({ name: `Source ${index}` }));
    const document = await readDocument({ version: 1, sources });
    isRead = true;
    expect(turns).toBeGreaterThan(50);
    expect(document.sources).toHaveLength(5_000);
    expect(document.sources?.every((source) => source instanceof SourceEntryDto)).toBe(true);
    expect(document.sources?.at(-1)?.name).toBe('Source 4999');
  });

  it.each([
    ['is no list', { sources: 'Website' }, '/sources'],
    ['is a list of lists', { sources: Array.from({ length: 80 }, () => []) }, '/sources'],
    [
      'has a faulty entry at the end',
      { connections: [...Array.from({ length: 99 }, () => END), {}] },
      '/connections/99/source',
    ],
  ])('refuses a list that %s', async (_, lists, pointer) => {
    await expect(readDocument({ version: 1, ...lists })).rejects.toMatchObject({
      code: 'invalid_request',
      extras: { faults: expect.arrayContaining([expect.objectContaining({ pointer })]) as unknown[] },
    });
  });
});
