import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `Tributary/<version>`, with the version of the nearest package.json above this file or its built output. */
export const USER_AGENT = `Tributary/${versionAbove(import.meta.dirname)}`;

function versionAbove(folder: string): string {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return versionAbove(dirname(folder));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
