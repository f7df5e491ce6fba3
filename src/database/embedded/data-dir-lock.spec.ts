import { mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DataDirLock, lockDataDir } from './data-dir-lock.js';

let folder: string;
let locks: DataDirLock[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-lock-'));
  locks = [];
});

afterEach(async () => {
  await Promise.all(locks.map((lock) => lock.release()));
  await rm(folder, { recursive: true });
});

async function lock(dir: string): Promise<void> {
  locks.push(await lockDataDir(dir));
}

describe('lockDataDir', () => {
  it('creates the directory for this user only', async () => {
    await lock(join(folder, 'a/b'));
    expect((await stat(join(folder, 'a/b'))).mode & 0o777).toBe(0o700);
  });

  it('refuses a locked directory, and names it and the process', async () => {
    await lock(folder);
    await expect(lock(folder)).rejects.toThrow(`${folder} is in use by the process with id ${process.pid}`);
  });

  it('recognises the directory by another name', async () => {
    await lock(folder);
    const other = `${folder}-other`;
    await symlink(folder, other);
    await expect(lock(other)).rejects.toThrow('in use');
    await rm(other);
  });

  it('locks a released directory again and leaves one file', async () => {
    for (let start = 0; start < 5; start += 1) await (await lockDataDir(folder)).release();
    await lock(folder);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('lets exactly one of many concurrent starts win, also over a dead lock', async () => {
    for (let round = 0; round < 5; round += 1) {
      const starts = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDir(folder)));
      const won = starts.filter((start) => start.status === 'fulfilled');
      expect(won).toHaveLength(1);
      await won[0]!.value.release();
    }
  });

  it('counts a lock whose listener does not answer as held', async () => {
    const silent = createServer().listen(join(folder, 'lock.3'));
    await expect(lock(folder)).rejects.toThrow('in use by another process');
    silent.close();
  });

  it('ignores a file that is not a socket', async () => {
    await writeFile(join(folder, 'lock.1'), '');
    await lock(folder);
    expect(await readdir(folder)).toEqual(['lock.2']);
  });

  it('reports a path that is too long', async () => {
    await expect(lock(join(folder, 'x'.repeat(120)))).rejects.toThrow('too long');
  });
});
