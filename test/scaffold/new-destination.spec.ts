import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NameRefused, newDestination } from './new-destination.mjs';

let handlers: string;

beforeEach(async () => {
  handlers = await mkdtemp(join(tmpdir(), 'tributary-scaffold-'));
  await cp(join(import.meta.dirname, '../../src/destinations/handlers/index.ts'), join(handlers, 'index.ts'));
});

afterEach(() => rm(handlers, { recursive: true }));

const index = () => readFile(join(handlers, 'index.ts'), 'utf8');

describe('a new destination type', () => {
  it('is one folder and two lines in the list', async () => {
    const before = (await index()).split('\n');
    const file = await newDestination('my-crm', handlers);
    expect(await readFile(file, 'utf8')).toMatch(/class MyCrmSettings[^]*type: 'my-crm'[^]*title: 'My Crm'/);
    const added = (await index()).split('\n').filter((line) => !before.includes(line));
    expect(added).toHaveLength(2);
    expect(added[0]).toBe("import { myCrm } from './my-crm/my-crm.handler.js';");
    expect(added[1]).toMatch(/^export const handlers = \[.*\bkafka, myCrm, postgres\b.*\] as const;$/);
  });

  it.each(['', 'My-Crm', '1st', 'two--hyphens', '../up', 'x'.repeat(41)])(
    'is not created with the name %j',
    async (name) => {
      const before = await index();
      await expect(newDestination(name, handlers)).rejects.toThrow(NameRefused);
      expect(await index()).toBe(before);
      expect(await readdir(handlers)).toEqual(['index.ts']);
    },
  );

  it('does not overwrite an existing one', async () => {
    const file = await newDestination('twice', handlers);
    const text = await readFile(file, 'utf8');
    await expect(newDestination('twice', handlers)).rejects.toThrow(
      'There is a destination type twice already.',
    );
    expect(await readFile(file, 'utf8')).toBe(text);
  });
});
