import { describe, expect, it } from 'vitest';
import { Circuit, type Pass } from './circuit.js';

/** The most jitter: the whole wait. */
const make = () => new Circuit(() => 1);
const fail = (circuit: Circuit, now: number, times = 1): void => {
  for (let time = 0; time < times; time += 1) circuit.failed(circuit.admit(now)!, now);
};

describe('Circuit', () => {
  it('opens at the fifth consecutive failure', () => {
    const circuit = make();
    fail(circuit, 0, 4);
    circuit.succeeded();
    fail(circuit, 0, 4);
    expect(circuit.isOpen).toBe(false);
    fail(circuit, 0);
    expect(circuit.isOpen).toBe(true);
    expect(circuit.admit(999)).toBeUndefined();
  });

  it('admits one probe at a time, with a backoff of at most a minute', () => {
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

  it('closes at the first success, and starts afresh', () => {
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

  it('ignores failures that were in flight when it opened, but not a success', () => {
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

  it('frees the place of a probe that was not made, and of no other', () => {
    const circuit = make();
    fail(circuit, 0, 5);
    const first = circuit.admit(1_000)!;
    circuit.giveBack(first);
    const second = circuit.admit(1_000)!;
    circuit.giveBack(first);
    expect(circuit.admit(1_000)).toBeUndefined();
    expect([circuit.isOver(first), circuit.isOver(second)]).toEqual([true, false]);
  });

  it('voids a pass from before it opened, and a probe after its one call', () => {
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
  ])('waits at least half of the backoff: $wait ms for $random', ({ random, wait }) => {
    const circuit = new Circuit(() => random);
    fail(circuit, 0, 5);
    expect(circuit.waitMs(0)).toBe(wait);
  });
});
