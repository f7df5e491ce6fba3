import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Generation } from './generation.js';

/** A file is named by the end of its period in ms, so that its age is known even if the window has changed since. */
const NAME = /^(\d+)\.ids$/;
/** Periods in a window: an id is kept for one window and at most a quarter more. */
const PER_WINDOW = 4;

/** The generations in one folder, the newest first. Old ones are dropped as whole files. */
export class Generations {
  private readonly lengthMs: number;

  private constructor(
    private readonly directory: string,
    private readonly windowMs: number,
    private all: readonly Generation[],
  ) {
    this.lengthMs = Math.ceil(windowMs / PER_WINDOW);
  }

  /** Reads the generations within the window, about two million ids per second, and removes older files. */
  static async open(directory: string, windowMs: number, now: number): Promise<Generations> {
    await mkdir(directory, { recursive: true });
    const ends = (await readdir(directory)).flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
    const all: Generation[] = [];
    for (const to of ends.sort((a, b) => b - a)) {
      const file = fileOf(directory, to);
      if (to + windowMs > now) all.push(await Generation.open(file, to));
      else await rm(file, { force: true });
    }
    return new Generations(directory, windowMs, all);
  }

  /** Memory of all generations, approximately. */
  get bytes(): number {
    return this.all.reduce((sum, { ids }) => sum + ids.bytes, 0);
  }

  has(key: Buffer): boolean {
    return this.all.some(({ ids }) => ids.has(key));
  }

  /** The generation for new ids. Not to be called again before it has resolved. */
  async newest(now: number): Promise<Generation> {
    const [newest] = this.all;
    if (newest !== undefined && now < newest.to) return newest;
    const to = now - (now % this.lengthMs) + this.lengthMs;
    const created = await Generation.open(fileOf(this.directory, to), to);
    const old = this.all.filter((generation) => generation.to + this.windowMs <= now);
    this.all = [created, ...this.all.filter((generation) => !old.includes(generation))];
    for (const generation of old) await generation.remove();
    return created;
  }

  async close(): Promise<void> {
    for (const generation of this.all) await generation.close();
  }
}

const fileOf = (directory: string, to: number): string => join(directory, `${to}.ids`);
