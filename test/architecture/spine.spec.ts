import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sources } from './sources.js';

/** A row of a walk in docs/design.md. */
interface Hop {
  readonly file: string;
  /** How the next file is reached: directly, or through a port or a file that wires both. */
  readonly by: string;
  readonly through: string | undefined;
}

const ROW = /^\| +\d+ +\| `([^`]+)` +\|[^|]*\| +([^|`]*?)(?:`([^`]+)`)? *\|$/gm;

const page = readFileSync(join(import.meta.dirname, '../../docs/design.md'), 'utf8');
const walks = page
  .slice(page.indexOf('### The two walks'), page.indexOf('## 5. Decisions'))
  .split(/^From the /m)
  .slice(1)
  .map((text): Hop[] =>
    [...text.matchAll(ROW)].map(([, file = '', by = '', through]) => ({ file, by: by.trim(), through })),
  );

const importsOf = new Map(sources.map(({ file, imports }) => [file, new Set(imports)]));

/** Whether one file imports another, itself or through one file between them, such as a module or a port's class. */
function reaches(from: string, to: string): boolean {
  const direct = importsOf.get(from) ?? new Set();
  return from === to || direct.has(to) || [...direct].some((between) => importsOf.get(between)?.has(to));
}

function isConnected({ file, by, through }: Hop, next: Hop): boolean {
  if (by === 'import') return importsOf.get(file)?.has(next.file) ?? false;
  if (through === undefined) return false;
  if (by === 'port') return reaches(file, through) && reaches(next.file, through);
  return reaches(through, next.file);
}

describe.each([
  { name: 'from the socket to the acknowledgement', walk: walks[0] ?? [], most: 12 },
  { name: 'from the log to the destination', walk: walks[1] ?? [], most: 9 },
])('the walk $name', ({ walk, most }) => {
  it(`is at most ${most} files, each visited once`, () => {
    const files = walk.map(({ file }) => file);
    expect(files.length).toBeGreaterThan(most / 2);
    expect(files.length).toBeLessThanOrEqual(most);
    expect(new Set(files).size).toBe(files.length);
    expect(files.filter((file) => !importsOf.has(file))).toEqual([]);
  });

  it('follows what the code imports', () => {
    const broken = walk.slice(0, -1).flatMap((hop, index) => {
      const next = walk[index + 1];
      return next && isConnected(hop, next)
        ? []
        : [`${hop.file} → ${next?.file} by ${hop.by} ${hop.through}`];
    });
    expect(broken).toEqual([]);
  });
});
