import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

export const SRC = join(import.meta.dirname, '../../src');

/** One source file of the product, specs aside. Paths are relative to `src`. */
export interface Source {
  readonly file: string;
  readonly text: string;
  /** Files inside `src` that it imports. */
  readonly imports: readonly string[];
}

/** Wiring: a Nest module imports the parts of a folder and of its subfolders, which is its whole purpose. */
export const isWiring = (file: string): boolean => file.endsWith('.module.ts');

export const folderOf = (file: string): string => dirname(file);

/** Whether a file lies in a folder or below it. */
export const isWithin = (file: string, folder: string): boolean => file.startsWith(`${folder}/`);

export const sources: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .sort()
  .map((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(
      ([, path]) => path ?? '',
    );
    const imports = specifiers
      .map((path) => relative(SRC, join(SRC, dirname(file), path)).replace(/\.js$/, '.ts'))
      .filter((path) => !path.startsWith('..'));
    return { file, text, imports };
  });

/** Every folder that holds a source file, and the folders above it. */
export const folders: readonly string[] = [
  ...new Set(
    sources.flatMap(({ file }) => {
      const parts = folderOf(file).split('/');
      return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    }),
  ),
]
  .filter((folder) => folder !== '.')
  .sort();
