import { spawn } from 'node:child_process';

/**
 * Runs a shell script when this process ends, even by SIGKILL: the script waits for a pipe from this process to close. The
 * arguments become `$1`, `$2`, … in the script. Returns a function that cancels it.
 */
export function whenThisProcessEnds(script: string, ...args: string[]): () => void {
  const watchdog = spawn('sh', ['-c', `read -r _ || { ${script}; }`, 'watchdog', ...args], {
    // In its own process group, because Ctrl-C in a terminal reaches every process of the test run's group.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  return () => watchdog.stdin.end('\n');
}
