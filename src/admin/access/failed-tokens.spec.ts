import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Logger } from '@nestjs/common';
import { loadConfig } from '../../config/load-config.js';
import { hashOf } from '../../database/credential.js';
import { FailedTokens, type TokenHolder } from './failed-tokens.js';

const MINUTE = 60_000;
const START = 1_000_000;

let failures: FailedTokens;
let lines: unknown[];

beforeEach(() => {
  failures = new FailedTokens(loadConfig({ FAILED_TOKENS_PER_MINUTE: '3' }));
  lines = [];
  vi.spyOn(Logger.prototype, 'warn').mockImplementation((line: unknown) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

const holder = (address: string | undefined, token: string): TokenHolder => ({
  address,
  hash: hashOf(token),
});

/** Sends a token; the wait in ms before it may be checked, 0 when it was. */
function send(token: string, outcome: 'right' | 'wrong', at: number, address?: string): number {
  const caller = holder(address ?? '192.0.2.1', token);
  const wait = failures.begin(caller, at);
  if (wait === 0) failures.settle(caller, outcome, at);
  return wait;
}

const guess = (times: number, at: number, address?: string) =>
  Array.from({ length: times }, (_, n) => send(`guess ${n} at ${at}`, 'wrong', at, address));

describe('wrong admin tokens', () => {
  it('are checked up to the limit of a minute, and then wait', () => {
    expect(guess(4, START)).toEqual([0, 0, 0, MINUTE]);
    expect(send('another', 'wrong', START + 1_000)).toBe(MINUTE - 1_000);
  });

  it('are checked again after the minute, and each further block is twice as long, up to a quarter of an hour', () => {
    let at = START;
    const waits: number[] = [];
    for (let block = 0; block < 6; block++) {
      const wait = guess(4, at).at(-1)!;
      waits.push(wait);
      at += wait;
    }
    expect(waits).toEqual([1, 2, 4, 8, 15, 15].map((minutes) => minutes * MINUTE));
  });

  it('are not added up over more than a minute', () => {
    expect([...guess(2, START), ...guess(2, START + MINUTE), ...guess(2, START + 2 * MINUTE)]).toEqual(
      Array.from({ length: 6 }, () => 0),
    );
  });

  it('limit their own address only, and the whole /64 network of IPv6', () => {
    guess(4, START, '2001:db8:1:2::1');
    expect(send('x', 'wrong', START, '2001:db8:1:2:ffff::9')).toBe(MINUTE);
    expect(send('x', 'wrong', START, '2001:db8:1:3::1')).toBe(0);
    expect(send('x', 'wrong', START, '192.0.2.2')).toBe(0);
  });

  it('do not limit a token that has worked from the address, until that token fails', () => {
    expect(send('right', 'right', START)).toBe(0);
    guess(4, START);
    expect(send('right', 'right', START)).toBe(0);
    expect(send('never used here', 'right', START)).toBe(MINUTE);
    expect(send('right', 'wrong', START)).toBe(0);
    expect(send('right', 'right', START)).toBe(MINUTE);
  });

  it('are not what right tokens and checks that could not be made count as', () => {
    for (let n = 0; n < 100; n++) expect(send(`right ${n}`, 'right', START)).toBe(0);
    for (let n = 0; n < 100; n++) {
      const caller = holder('192.0.2.1', `unchecked ${n}`);
      expect(failures.begin(caller, START)).toBe(0);
      failures.settle(caller, undefined, START);
    }
  });

  it('cannot pass the limit together: few of an address are checked at the same time', () => {
    const waits = Array.from({ length: 60 }, (_, n) => failures.begin(holder('192.0.2.1', `${n}`), START));
    expect(waits.filter((wait) => wait === 0)).toHaveLength(50);
  });

  it('are logged once per address and minute, without the token', () => {
    guess(20, START);
    guess(1, START, '192.0.2.7');
    guess(1, START + MINUTE);
    expect(lines).toEqual([
      { event: 'administration.token_refused', address: '192.0.2.1', refusals: 1, blocked: false },
      { event: 'administration.token_refused', address: '192.0.2.7', refusals: 1, blocked: false },
      { event: 'administration.token_refused', address: '192.0.2.1', refusals: 20, blocked: false },
    ]);
  });

  it('of many addresses take bounded memory', () => {
    const address = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
    guess(4, START, address(0));
    for (let n = 1; n <= 20_000; n++) send('x', 'wrong', START, address(n));
    const { attempts } = failures as unknown as { attempts: Map<string, object> };
    expect(attempts.size).toBe(10_000);
  });
});
