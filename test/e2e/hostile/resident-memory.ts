import { readFile } from 'node:fs/promises';

export interface MemoryWatch {
  /** How far the highest was above the first, in MB. */
  risen(): number;
  stop(): Promise<void>;
}

/**
 * Looks every 100 ms at what a process holds in memory. The pages of its log, a mapped file that grows with every event,
 * do not count: they are the kernel's cache, and it takes them back when somebody needs the memory.
 */
export async function watchMemory(pid: number): Promise<MemoryWatch> {
  const start = await residentMegabytes(pid);
  let highest = start;
  let last: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    highest = Math.max(highest, await residentMegabytes(pid));
  };
  const timer = setInterval(() => void (last = look()), 100);
  return {
    risen: () => highest - start,
    stop: () => {
      clearInterval(timer);
      return last;
    },
  };
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]);
  return (kilobytes('VmRSS') - kilobytes('RssFile')) / 1024;
}
