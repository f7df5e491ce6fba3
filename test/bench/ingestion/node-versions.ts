import { join } from 'node:path';
import { cachedFolder } from '../../verify/cache.mjs';
import { run } from '../../verify/run.mjs';

/** The versions of Node that are measured. The npm packages that bring these binaries need no install script. */
export const NODE_VERSIONS: Readonly<Record<string, string>> = {
  20: '20.20.2',
  22: '22.23.5',
  24: '24.22.3',
};

/** Path of the binary of a major version, downloaded at its first use. */
export async function nodeBinary(major: string): Promise<string> {
  const version = NODE_VERSIONS[major];
  if (version === undefined)
    throw new Error(`there is no Node ${major} here: choose ${Object.keys(NODE_VERSIONS).join(', ')}`);
  const name = `node-linux-${process.arch}`;
  const { folder, fetch } = cachedFolder(`node-${version}`, (part) =>
    run('npm', [
      'install',
      '--prefix',
      part,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      `${name}@${version}`,
    ]),
  );
  await fetch();
  return join(folder, 'node_modules', name, 'bin/node');
}
