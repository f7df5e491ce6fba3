import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a command without input. Its output appears only in the error of a command that fails.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env] added to the environment
 */
export async function run(file, args, env = {}) {
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
  const [code] = await once(child, 'close');
  if (code !== 0)
    throw new Error(`"${[file, ...args].join(' ')}" failed with ${code}:\n${output.slice(-4_000)}`);
}

/**
 * Whether a command is on the PATH.
 * @param {string} name
 */
export function hasCommand(name) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { stdio: 'ignore' }).status === 0;
}
