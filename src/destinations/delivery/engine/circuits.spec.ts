import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Gauges } from '../../../metrics/gauges.js';
import { type ItemResult } from '../../contract/delivery-item.js';
import { type Handler } from '../../contract/handler.js';
import { EVERYTHING } from './circuit.js';
import { Circuits } from './circuits.js';

const ok: ItemResult = { kind: 'ok' };
const retry: ItemResult = { kind: 'retry', reason: 'http_500' };
const destination = (version = 1, id = 'dst_1') => ({
  id,
  version,
  handler: { type: 'test' } as Handler,
});

let gauges: Gauges;
let circuits: Circuits;
let said: unknown[];
beforeEach(() => {
  gauges = new Gauges();
  circuits = new Circuits(gauges);
  said = [];
  for (const method of ['log', 'warn'] as const)
    vi.spyOn(Logger.prototype, method).mockImplementation((line: unknown) => void said.push(line));
});
afterEach(() => void vi.restoreAllMocks());

const record = (results: ItemResult[], times = 1, target = destination()) => {
  for (let time = 0; time < times; time += 1) circuits.record(target, EVERYTHING, results, 0);
};
const isOpen = (target = destination()) => circuits.of(target).isOpen;
const shown = async () => (await gauges.registry.getMetricsAsJSON())[0]?.values;

describe('Circuits', () => {
  it.each<[string, ItemResult[], boolean]>([
    ['all of its items are to be tried again', [retry, retry], true],
    ['one was delivered', [retry, ok], false],
    ['one was refused: the receiver answers', [retry, { kind: 'reject', reason: 'x' }], false],
    ['the stop cut it off', [], false],
  ])('count a call as failed when %s: %o', (_, results, open) => {
    record(results, 5);
    expect(isOpen()).toBe(open);
  });

  it('log the opening and the closing once each, and show how many are open', async () => {
    record([retry], 9);
    record([retry], 5, destination(1, 'dst_2'));
    expect(await shown()).toMatchObject([{ value: 2, labels: { type: 'test' } }]);
    record([ok], 3);
    const facts = { destination: 'dst_1', type: 'test' };
    expect(said).toMatchObject([
      { event: 'circuit.opened', ...facts, reason: 'http_500' },
      { event: 'circuit.opened', destination: 'dst_2' },
      { event: 'circuit.closed', ...facts },
    ]);
    expect(await shown()).toMatchObject([{ value: 1 }]);
  });

  it('start afresh for a changed destination, and forget deleted ones', async () => {
    record([retry], 5);
    expect(isOpen(destination(2))).toBe(false);
    record([retry], 5, destination(2));
    circuits.keepOnly(new Map());
    expect(await shown()).toEqual([]);
    expect(isOpen(destination(2))).toBe(false);
  });
});
