import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CELLS, measure } from '../bench/ingestion/measure.js';
import { cpuRatioOf, recordedRatios } from '../bench/ingestion/recorded.js';
import { startStore } from '../bench/ingestion/stores.js';
import { installPackages } from '../verify/debian-packages.mjs';
import { hasCommand } from '../verify/run.mjs';

/** A smaller loss is within the noise of a busy machine. */
const SHARE = 2 / 3;
const ROUNDS = { warmUpSeconds: 2, rounds: 3, seconds: 2 };

let folder: string;
beforeAll(async () => {
  if (!hasCommand('wrk')) await installPackages(['wrk']);
  folder = await mkdtemp(join(tmpdir(), 'tributary-guard-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const [major = ''] = process.versions.node.split('.');
const recorded = await recordedRatios();

/** That of the Node in use; the lowest one where this version was not measured. */
const ratioOf = (cell: string): number =>
  recorded[major]?.[cell] ?? Math.min(...Object.values(recorded).map((ratios) => ratios[cell] ?? Infinity));

/**
 * The product and the bare server in turn, under the same load, on the Node in use: the CPU time of an event may grow with
 * that of the machine, but not beside that of the bare server.
 */
it.each(CELLS.filter(({ name }) => ['embedded/single', 'embedded/batch-100'].includes(name)))(
  'spends at most half more CPU than recorded on an event of $name',
  async (cell) => {
    const store = await startStore(cell.store, join(folder, cell.shape));
    try {
      const server = { major, node: process.execPath };
      const ratio = cpuRatioOf(await measure(cell, store, server, { ...ROUNDS, folder }));
      expect(ratio).toBeGreaterThan(ratioOf(cell.name) * SHARE);
    } finally {
      await store.stop();
    }
  },
);
