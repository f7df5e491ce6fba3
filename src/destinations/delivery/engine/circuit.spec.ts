import { describe, expect, it } from 'vitest';
import { Circuit, type Pass } from './circuit.js';

/** Jitter at its most: the whole wait. */
const make = () => new Circuit(() => 1);
const fail = (circuit: Circuit, now: number, times = 1): void => {
  for (let time = 0; time < times; time += 1) circuit.failed(circuit.admit(now)!, now);
};

describe('Circuit', () => {
  it('opens with the fifth failure in a row', () => {
    const circuit = make();
    fail(circuit, 0, 4);
    circuit.succeeded();
    fail(circuit, 0, 4);
    expect(circuit.isOpen).toBe(false);
    fail(circuit, 0);
    expect(circuit.isOpen).toBe(true);
    expect(circuit.admit(999)).toBeUndefined();
  });

  it('lets out one probe at a time, with waits that double up to a minute', () => {
    const circuit = make();
    fail(circuit, 0, 5);
    const waits: number[] = [];
    for (let now = 0; waits.length < 8;) {
      const wait = circuit.waitMs(now);
      waits.push(wait);
      expect(circuit.admit(now + wait - 1)).toBeUndefined();
      now += wait;
      const probe = circuit.admit(now);
      expect(probe).toEqual({ isProbe: true });
      expect(circuit.admit(now)).toBeUndefined();
      circuit.failed(probe!, now);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('closes with the first success, and begins anew', () => {
    const circuit = make();
    fail(circuit, 0, 5);
    circuit.failed(circuit.admit(1_000)!, 1_000);
    circuit.admit(3_000);
    circuit.succeeded();
    expect(circuit.admit(3_000)).toEqual({ isProbe: false });
    fail(circuit, 3_000, 4);
    expect(circuit.isOpen).toBe(false);
    fail(circuit, 3_000);
    expect(circuit.waitMs(3_000)).toBe(1_000);
  });

  it('takes no account of failures that were under way when it opened, and all of a success', () => {
    const circuit = make();
    const early: Pass = circuit.admit(0)!;
    fail(circuit, 0, 5);
    circuit.failed(early, 500);
    expect(circuit.waitMs(0)).toBe(1_000);
    const probe = circuit.admit(1_000)!;
    circuit.failed(early, 1_000);
    expect(circuit.isOver(probe)).toBe(false);
    circuit.succeeded();
    expect(circuit.isOpen).toBe(false);
  });

  it('gives the place of a probe that was not made to another, and takes it from nobody else', () => {
    const circuit = make();
    fail(circuit, 0, 5);
    const first = circuit.admit(1_000)!;
    circuit.giveBack(first);
    const second = circuit.admit(1_000)!;
    circuit.giveBack(first);
    expect(circuit.admit(1_000)).toBeUndefined();
    expect([circuit.isOver(first), circuit.isOver(second)]).toEqual([true, false]);
  });

  it('ends what goes on with a pass from before, and a probe after its one call', () => {
    const circuit = make();
    const before = circuit.admit(0)!;
    expect(circuit.isOver(before)).toBe(false);
    fail(circuit, 0, 5);
    expect(circuit.isOver(before)).toBe(true);
    const probe = circuit.admit(1_000)!;
    circuit.failed(probe, 1_000);
    expect(circuit.isOver(probe)).toBe(true);
  });

  it.each([
    { random: 0, wait: 500 },
    { random: 0.5, wait: 750 },
  ])('waits half of it for sure: $wait ms for $random', ({ random, wait }) => {
    const circuit = new Circuit(() => random);
    fail(circuit, 0, 5);
    expect(circuit.waitMs(0)).toBe(wait);
  });
});
