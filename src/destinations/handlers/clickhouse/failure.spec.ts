import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../contract/delivery-error.js';
import { failureOf, Refusal } from './failure.js';

const kindsOf = (codes: readonly number[]) =>
  new Set(codes.map((code) => failureOf(new Refusal(500, code)).result.kind));

describe('a failure of ClickHouse', () => {
  it('is for somebody to mend where it is about the login, the database or rights', () => {
    expect(kindsOf([81, 164, 192, 193, 194, 195, 291, 452, 472, 497, 516, 720])).toEqual(new Set(['auth']));
  });

  it('is for good where it is about the data', () => {
    expect(kindsOf([6, 26, 27, 38, 41, 72, 117, 321, 349, 376, 395, 469, 691])).toEqual(new Set(['reject']));
  });

  it('is tried again in all else: no table, no memory, no time, too many parts, and what nobody has heard of', () => {
    expect(kindsOf([16, 60, 115, 159, 201, 202, 241, 242, 243, 252, 319, 999, 1002, 9_999])).toEqual(
      new Set(['retry']),
    );
  });

  it('keeps what the network or another part has said of it', () => {
    const blocked = new DeliveryError({ kind: 'reject', reason: 'address_blocked' });
    expect(failureOf(blocked)).toBe(blocked);
    const reset = Object.assign(new Error('away'), { code: 'ECONNRESET' });
    expect(failureOf(reset).result).toEqual({ kind: 'retry', reason: 'connection_reset' });
    expect(failureOf('nothing').result).toEqual({ kind: 'retry', reason: 'network' });
  });
});
