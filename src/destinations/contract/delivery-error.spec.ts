import { describe, expect, it } from 'vitest';
import { DeliveryError, resultOf } from './delivery-error.js';
import { type ItemResult } from './delivery-item.js';

const refused = { kind: 'reject', reason: 'http_400', status: 400 } satisfies ItemResult;
const coded = (code: string) => Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code });

describe('the result of an error that a handler throws', () => {
  it.each([
    ['a DeliveryError', new DeliveryError(refused)],
    ['a cause', new Error('fetch failed', { cause: new DeliveryError(refused) })],
    ['a cause of a cause', new Error('a', { cause: new Error('b', { cause: new DeliveryError(refused) }) })],
  ])('is that of %s', (_, error) => {
    expect(resultOf(error)).toBe(refused);
  });

  it.each([
    ['a connection that failed', coded('ECONNREFUSED'), 'connection_refused'],
    ['a failed connection as the cause', new Error('a', { cause: coded('ENOTFOUND') }), 'name_not_found'],
    ['a certificate', coded('CERT_HAS_EXPIRED'), 'tls'],
    ['a bug', new TypeError("cannot read 'password' of undefined"), 'handler_error'],
    ['an unknown code', coded('ERR_INVALID_ARG_TYPE'), 'handler_error'],
    ['a text', 'secret', 'handler_error'],
    ['nothing', undefined, 'handler_error'],
  ])('is a retry with a code, and no word of the message, for %s', (_, error, reason) => {
    expect(resultOf(error)).toEqual({ kind: 'retry', reason, cause: error });
  });

  it('is found in a circle of causes', () => {
    const first = new Error('a');
    const second = new Error('b', { cause: first });
    first.cause = second;
    expect(resultOf(first)).toMatchObject({ kind: 'retry', reason: 'handler_error' });
  });
});
