import {
  type FileHandle,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDurably, writeDurably } from './durable-file.js';

const PRIVATE = { mode: 0o600 };

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-durable-'));
  path = join(folder, 'state');
});
afterEach(() => rm(folder, { recursive: true }));

const text = () => readFile(path, 'utf8');

function* failingAfter(...pieces: string[]): Generator<string> {
  yield* pieces;
  throw new Error('out of memory');
}

/** What is flushed, in order, and whether the path had its name then. */
async function flushesOf(work: () => Promise<unknown>): Promise<string[]> {
  const handle = await open(folder, 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const flushes: string[] = [];
  const sync = vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    const kind = (await this.stat()).isDirectory() ? 'folder' : 'file';
    flushes.push(`${kind} ${(await readdir(folder)).includes('state') ? 'after' : 'before'} the name`);
  });
  await work().finally(() => sync.mockRestore());
  return flushes;
}

describe.each([
  ['writeDurably', writeDurably],
  ['createDurably', createDurably],
])('%s', (_, write) => {
  it('writes pieces in order, for the owner alone, and leaves nothing beside them', async () => {
    await write(path, ['one ', Buffer.from('two '), 'thrée'], PRIVATE);
    expect(await text()).toBe('one two thrée');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['state']);
  });

  it('writes an empty file, and the time of change that it is given', async () => {
    const mtime = new Date('2026-03-04T05:06:07Z');
    await write(path, [], { ...PRIVATE, mtime });
    expect(await text()).toBe('');
    expect((await stat(path)).mtime).toEqual(mtime);
  });

  it('flushes the file before it gets its name, and the folder after', async () => {
    expect(await flushesOf(() => write(path, ['whole'], PRIVATE))).toEqual([
      'file before the name',
      'folder after the name',
    ]);
  });

  it('leaves nothing behind when the pieces end in an error', async () => {
    await expect(write(path, failingAfter('half'), PRIVATE)).rejects.toThrow('out of memory');
    expect(await readdir(folder)).toEqual([]);
  });

  it('rejects without its folder', async () => {
    const lost = write(join(folder, 'none', 'state'), ['whole'], PRIVATE);
    await expect(lost).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('takes a piece only when the one before it is written', async () => {
    const sizes: number[] = [];
    function* pieces(): Generator<string> {
      yield 'one';
      sizes.push(1);
      yield 'two';
      sizes.push(2);
    }
    const handle = await open(folder, 'r');
    const prototype = Object.getPrototypeOf(handle) as FileHandle;
    await handle.close();
    const written = vi.spyOn(prototype, 'writeFile').mockImplementation(async () => {
      await Promise.resolve();
      sizes.push(0);
    });
    await write(path, pieces(), PRIVATE).finally(() => written.mockRestore());
    expect(sizes).toEqual([0, 1, 0, 2]);
  });
});

describe('writeDurably', () => {
  it('replaces the file before it', async () => {
    await writeDurably(path, ['a longer text'], PRIVATE);
    await writeDurably(path, ['short'], PRIVATE);
    expect(await text()).toBe('short');
  });

  it('keeps the file before it until the new one is whole', async () => {
    await writeFile(path, 'old');
    await expect(writeDurably(path, failingAfter('new'), PRIVATE)).rejects.toThrow('out of memory');
    expect(await text()).toBe('old');
    expect(await readdir(folder)).toEqual(['state']);
  });

  it('takes over what a crash of a process with its name left behind', async () => {
    await writeFile(`${path}.${hostname()}-${process.pid}`, 'half of a much longer text');
    await writeDurably(path, ['whole'], PRIVATE);
    expect(await text()).toBe('whole');
    expect(await readdir(folder)).toEqual(['state']);
  });

  it('cleans up when the path cannot be replaced', async () => {
    await mkdir(path);
    await expect(writeDurably(path, ['whole'], PRIVATE)).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readdir(folder)).toEqual(['state']);
  });
});

describe('createDurably', () => {
  it('says whether it created the file, and never replaces one', async () => {
    expect(await createDurably(path, ['first'], PRIVATE)).toBe(true);
    expect(await createDurably(path, ['second'], PRIVATE)).toBe(false);
    expect(await text()).toBe('first');
    expect(await readdir(folder)).toEqual(['state']);
  });

  it('flushes the name that another process made, too', async () => {
    await writeFile(path, 'first');
    const flushes = await flushesOf(() => createDurably(path, ['second'], PRIVATE));
    expect(flushes.at(-1)).toBe('folder after the name');
  });

  it('lets one of several callers create the file', async () => {
    const texts = ['a', 'b', 'c', 'd', 'e'];
    const created = await Promise.all(texts.map((one) => createDurably(path, [one], PRIVATE)));
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await text()).toBe(texts[created.indexOf(true)]);
    expect(await readdir(folder)).toEqual(['state']);
  });
});
