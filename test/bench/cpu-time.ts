import { readFileSync } from 'node:fs';

/** Linux counts CPU time of a process in hundredths of a second. */
const TICK_MS = 10;

/** CPU time of a process so far, in ms: fields 14 and 15, in user and in system mode. The name before them may have blanks (proc(5)). */
export function cpuMsOfProcess(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** CPU time of this process and of further ones, in ms. */
export function cpuMsOf(pids: readonly number[]): number {
  const { user, system } = process.cpuUsage();
  return pids.reduce((sum, pid) => sum + cpuMsOfProcess(pid), (user + system) / 1_000);
}
