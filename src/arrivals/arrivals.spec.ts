import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config/load-config.js';
import { Arrivals, TooManyArriving } from './arrivals.js';

const KB = 1024;
const MIB = 1024 * KB;

/** Bodies that are given up are named in the order in which it happens. */
function makeArrivals() {
  const arrivals = new Arrivals(loadConfig({ MAX_ARRIVING_MIB: '1' }));
  const givenUp: string[] = [];
  const begin = (name: string) =>
    arrivals.begin((reason) => {
      expect(reason).toBeInstanceOf(TooManyArriving);
      givenUp.push(name);
    });
  return { begin, givenUp };
}

describe('the memory of bodies that are arriving', () => {
  it('is enough for those that fit together', () => {
    const { begin, givenUp } = makeArrivals();
    begin('a').hold(MIB / 2);
    begin('b').hold(MIB / 2);
    expect(givenUp).toEqual([]);
  });

  it('is free again when a body has arrived', () => {
    const { begin, givenUp } = makeArrivals();
    for (let n = 0; n < 10; n++) {
      const body = begin(`body ${n}`);
      body.hold(MIB);
      body.end();
    }
    expect(givenUp).toEqual([]);
  });

  it('is taken from whoever sits on the most, not from a small call that comes later', () => {
    const { begin, givenUp } = makeArrivals();
    begin('idle').hold(KB);
    begin('large').hold(MIB - KB);
    begin('small').hold(KB);
    expect(givenUp).toEqual(['large']);
  });

  it('gives each body up once, and none after its end', () => {
    const { begin, givenUp } = makeArrivals();
    const large = begin('large');
    large.hold(2 * MIB);
    large.hold(2 * MIB);
    large.end();
    begin('next').hold(MIB);
    expect(givenUp).toEqual(['large']);
  });
});
