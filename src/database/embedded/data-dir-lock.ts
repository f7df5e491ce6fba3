import { randomBytes } from 'node:crypto';
import { link, mkdir, readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { answerOwner, askOwner, closed } from './lock-socket.js';

/** The data directory cannot be used. The message is one sentence for the operator. */
export class DataDirError extends Error {
  override readonly name = 'DataDirError';
}

export interface DataDirLock {
  release(): Promise<void>;
}

const LOCK = /^lock\.(\d+)$/;
/** Longest path of a unix socket that every system accepts, in bytes. */
const MAX_PATH = 103;
/** How often a start may lose the race for a number before it gives up. */
const MAX_TRIES = 50;

/**
 * Creates the directory if missing and locks it for this process. Throws DataDirError when another process has the lock.
 *
 * The lock is a listening unix socket, which ends with its process even after kill -9. Each owner takes the next number
 * (`lock.7` after a dead `lock.6`). Only one process can create a given hard link, and the highest number is never removed,
 * so a slow rival cannot replace a live lock, which removing and binding one fixed name would allow.
 */
export async function lockDataDir(dir: string): Promise<DataDirLock> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const folder = shorterOf(resolve(dir), relative('', dir) || '.');
  const own = join(folder, `lock-${randomBytes(4).toString('hex')}`);
  if (Buffer.byteLength(own) > MAX_PATH) {
    throw new DataDirError(`The path of DATA_DIR, ${resolve(dir)}, is too long: use a shorter one.`);
  }
  const server = await answerOwner(own);
  try {
    const number = await takeNumber(folder, own);
    await removeBelow(folder, number);
  } catch (error) {
    await closed(server);
    throw error;
  } finally {
    await rm(own, { force: true });
  }
  return { release: () => closed(server) };
}

async function takeNumber(folder: string, own: string): Promise<number> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const last = await highest(folder);
    if (last > 0) await refuseIfAlive(folder, last);
    const number = last + 1;
    // Meanwhile a rival that saw a later state may have taken a higher number and removed ours as an old one.
    if ((await linked(own, join(folder, `lock.${number}`))) && (await highest(folder)) === number)
      return number;
  }
  throw new DataDirError(
    `Too many processes are starting on the data directory ${resolve(folder)} at the same time.`,
  );
}

async function refuseIfAlive(folder: string, number: number): Promise<void> {
  const owner = await askOwner(join(folder, `lock.${number}`));
  if (!owner.alive) return;
  const who = owner.pid === undefined ? 'another process' : `the process with id ${owner.pid}`;
  throw new DataDirError(
    `The data directory ${resolve(folder)} is in use by ${who}: stop it, or set DATA_DIR to another folder.`,
  );
}

async function linked(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function numbers(folder: string): Promise<number[]> {
  return (await readdir(folder)).flatMap((name) => LOCK.exec(name)?.slice(1).map(Number) ?? []);
}

async function highest(folder: string): Promise<number> {
  return Math.max(0, ...(await numbers(folder)));
}

async function removeBelow(folder: string, number: number): Promise<void> {
  const old = (await numbers(folder)).filter((other) => other < number);
  await Promise.all(old.map((other) => rm(join(folder, `lock.${other}`), { force: true })));
}

function shorterOf(one: string, other: string): string {
  return Buffer.byteLength(other) < Buffer.byteLength(one) ? other : one;
}
