import { describe, expect, it } from 'vitest';
import { folderOf, folders, isWiring, isWithin, sources } from './sources.js';

const MOST_FILES = 12;
const MOST_LINES = 200;
const NINETY_PERCENT = 110;

const importsOf = new Map(sources.map(({ file, imports }) => [file, imports]));

/** Imports from files of one kind to files of another, as `a → b`. */
const edges = (from: (file: string) => boolean, to: (file: string) => boolean): string[] =>
  sources
    .filter(({ file }) => from(file))
    .flatMap(({ file, imports }) => imports.filter(to).map((path) => `${file} → ${path}`));

/** Every simple circle of a graph, each once, as its nodes in order. */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] => {
    if (path.includes(node)) return [[...path.slice(path.indexOf(node)), node].join(' → ')];
    if (done.has(node)) return [];
    const found = (graph.get(node) ?? []).flatMap((next) => visit(next, [...path, node]));
    done.add(node);
    return found;
  };
  return [...graph.keys()].flatMap((node) => visit(node, []));
}

describe('the structure', () => {
  it('has no circle between files', () => {
    expect(circlesOf(importsOf)).toEqual([]);
  });

  it('has no circle between sibling folders', () => {
    const faults = ['.', ...folders].flatMap((parent) => {
      const siblings = folders.filter((folder) => folderOf(folder) === parent);
      const graph = siblings.map((folder): [string, string[]] => [
        folder,
        siblings.filter(
          (other) =>
            other !== folder &&
            edges(
              (file) => isWithin(file, folder) && !isWiring(file),
              (file) => isWithin(file, other) && !isWiring(file),
            ).length > 0,
        ),
      ]);
      return circlesOf(new Map(graph));
    });
    expect(faults).toEqual([]);
  });

  it("has no circle between a folder's own files and a subfolder", () => {
    const faults = folders.flatMap((folder) => {
      const parent = folderOf(folder);
      if (parent === '.') return [];
      const isOwn = (file: string): boolean => folderOf(file) === parent && !isWiring(file);
      const isBelow = (file: string): boolean => isWithin(file, folder) && !isWiring(file);
      const [down, up] = [edges(isOwn, isBelow), edges(isBelow, isOwn)];
      return down.length > 0 && up.length > 0 ? [{ folder, down, up }] : [];
    });
    expect(faults).toEqual([]);
  });

  it(`has at most ${MOST_FILES} files flat in a folder`, () => {
    const flat = folders.map((folder) => ({
      folder,
      files: sources.filter(({ file }) => folderOf(file) === folder).length,
    }));
    expect(flat.filter(({ files }) => files > MOST_FILES)).toEqual([]);
  });

  it(`has no file over ${MOST_LINES} lines, and 90 % within ${NINETY_PERCENT}`, () => {
    const sizes = sources
      .map(({ file, text }) => ({ file, lines: text.split('\n').length - 1 }))
      .sort((a, b) => a.lines - b.lines);
    expect(sizes.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
    expect(sizes[Math.floor(sizes.length * 0.9)]?.lines).toBeLessThanOrEqual(NINETY_PERCENT);
  });

  it('reads the environment in config/ only', () => {
    const readers = sources.filter(
      ({ file, text }) => text.includes('process.env') && !file.startsWith('config/'),
    );
    expect(readers.map(({ file }) => file)).toEqual([]);
  });

  it('has neither forwardRef, nor request scope, nor a barrel', () => {
    const isBarrelLine = /^export (?:type )?(?:\*|\{[^}]*\}) from/m;
    const faulty = sources.filter(
      ({ text }) => /forwardRef\(|Scope\.REQUEST/.test(text) || isBarrelLine.test(text),
    );
    expect(faulty.map(({ file }) => file)).toEqual([]);
  });

  it('waits and races in resilience/ only', () => {
    const waiting = /\bPromise\.race\(|(?<![.\w])setTimeout\(|'node:timers(?:\/promises)?'/;
    const faulty = sources.filter(({ file, text }) => waiting.test(text) && !isWithin(file, 'resilience'));
    expect(faulty.map(({ file }) => file)).toEqual([]);
  });
});
