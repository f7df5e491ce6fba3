import { describe, expect, it } from 'vitest';
import { DeliveryError } from '../../contract/delivery-error.js';
import { clickHouseFailure, ClickHouseRefusal } from './clickhouse.failure.js';

const kindsOf = (codes: readonly number[]) =>
  new Set(codes.map((code) => clickHouseFailure(new ClickHouseRefusal(500, code)).result.kind));

describe('a failure of ClickHouse', () => {
  it('pauses the destination when it is about login, database, rights or a missing column', () => {
    expect(kindsOf([16, 81, 164, 192, 193, 194, 195, 291, 452, 472, 497, 516, 720])).toEqual(
      new Set(['auth']),
    );
  });

  it('is final when it is about the data', () => {
    expect(kindsOf([6, 26, 27, 38, 41, 72, 117, 321, 349, 376, 395, 469, 691])).toEqual(new Set(['reject']));
  });

  it('is retried otherwise: no memory, no time, too many parts, and unknown codes', () => {
    expect(kindsOf([115, 159, 201, 202, 241, 242, 243, 252, 319, 999, 1002, 9_999])).toEqual(
      new Set(['retry']),
    );
  });

  it('keeps the result of a DeliveryError, and takes the code of a failed connection', () => {
    const blocked = new DeliveryError({ kind: 'reject', reason: 'address_blocked' });
    expect(clickHouseFailure(blocked)).toBe(blocked);
    const reset = Object.assign(new Error('away'), { code: 'ECONNRESET' });
    expect(clickHouseFailure(reset).result).toEqual({ kind: 'retry', reason: 'connection_reset' });
    expect(clickHouseFailure('nothing').result).toEqual({ kind: 'retry', reason: 'network' });
  });
});
