import { spawn } from 'node:child_process';

/**
 * Runs a shell script when this process dies, however it dies: the script waits for a pipe of ours to break. `$1`, `$2`, …
 * are the arguments. Returns what calls it off.
 */
export function whenThisProcessDies(script: string, ...args: string[]): () => void {
  const watchdog = spawn('sh', ['-c', `read -r _ || { ${script}; }`, 'watchdog', ...args], {
    // A group of its own, because Ctrl-C in a terminal reaches every process of the test run's group.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  return () => watchdog.stdin.end('\n');
}
