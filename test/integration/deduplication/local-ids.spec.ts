import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { trackedKeyOf } from '../../../src/deduplication/tracked-message.js';
import { LocalIds } from '../../../src/deduplication/local/local-ids.js';
import { startChild } from '../../support/child.js';
import { eventually } from '../../support/eventually.js';

const ROUNDS = 3;
const CONFIRMER = join(import.meta.dirname, '../../support/confirm-forever.ts');

it('LocalIds have every id that was confirmed before their process was killed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-ids-'));
  const directory = join(folder, 'ids');
  const file = join(folder, 'confirmed');
  const confirmed = () => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = confirmed().length;
    const child = await startChild(CONFIRMER, [directory, file, String(round)]);
    await eventually(() => expect(confirmed().length).toBeGreaterThan(before + 300));
    await child.kill();
  }

  const store = new LocalIds({ directory, windowMs: 3_600_000, maxBytes: 1e9, now: Date.now });
  await store.check();
  const names = confirmed();
  const states = await store.claim(names.map((name) => trackedKeyOf(name)));
  expect(names.filter((_, index) => states[index] !== 'confirmed')).toEqual([]);
  expect(await store.claim([trackedKeyOf('never confirmed')])).toEqual(['claimed']);
  await store.close();
  await rm(folder, { recursive: true });
});
