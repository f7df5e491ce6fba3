import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Generation } from './generation.js';

/** A file is called by the end of its stretch in ms: so it is known what is old, whatever the window was before. */
const NAME = /^(\d+)\.ids$/;
/** Stretches in a window: an id is kept for one window and at most a quarter more. */
const PER_WINDOW = 4;

/** The generations in one folder, the newest first. Old ones cost nothing: they are dropped as a whole. */
export class Generations {
  private readonly lengthMs: number;

  private constructor(
    private readonly directory: string,
    private readonly windowMs: number,
    private all: readonly Generation[],
  ) {
    this.lengthMs = Math.ceil(windowMs / PER_WINDOW);
  }

  /** Reads all that is not too old; a million ids in about half a second. */
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

  /** About how much memory they take. */
  get bytes(): number {
    return this.all.reduce((sum, { ids }) => sum + ids.bytes, 0);
  }

  has(key: Buffer): boolean {
    return this.all.some(({ ids }) => ids.has(key));
  }

  /** The one to write to now. Not to be called again before it has answered. */
  async newest(now: number): Promise<Generation> {
    const [newest] = this.all;
    if (newest !== undefined && now < newest.to) return newest;
    const to = now - (now % this.lengthMs) + this.lengthMs;
    const made = await Generation.open(fileOf(this.directory, to), to);
    const old = this.all.filter((generation) => generation.to + this.windowMs <= now);
    this.all = [made, ...this.all.filter((generation) => !old.includes(generation))];
    for (const generation of old) await generation.remove();
    return made;
  }

  async close(): Promise<void> {
    for (const generation of this.all) await generation.close();
  }
}

const fileOf = (directory: string, to: number): string => join(directory, `${to}.ids`);
