import { readdir, readFile } from 'node:fs/promises';

export interface MemoryWatch {
  /** How far the highest was above the first, in MB. */
  risen(): number;
  stop(): Promise<void>;
}

/**
 * Looks every 100 ms at what a process holds in memory. The pages of its log, a mapped file that grows with every event,
 * do not count: they are the kernel's cache, and it takes them back when another process needs the memory.
 */
export function watchMemory(pid: number): Promise<MemoryWatch> {
  return watch(() => residentMegabytes(pid));
}

/** The same for the processes that a process has started, together. */
export function watchChildren(pid: number): Promise<MemoryWatch> {
  return watch(async () => {
    const threads = await readdir(`/proc/${pid}/task`);
    const lists = await Promise.all(
      threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
    );
    const children = lists.join(' ').split(' ').filter(Boolean).map(Number);
    // A child that has ended meanwhile holds nothing.
    const sizes = await Promise.all(children.map((child) => residentMegabytes(child).catch(() => 0)));
    return sizes.reduce((sum, size) => sum + size, 0);
  });
}

async function watch(read: () => Promise<number>): Promise<MemoryWatch> {
  const start = await read();
  let highest = start;
  let last: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    highest = Math.max(highest, await read());
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
