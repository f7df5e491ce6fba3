import { describe, expect, it } from 'vitest';
import { DeliveryError, type ItemResult, resultOf } from './handler.js';

const refused = { kind: 'reject', reason: 'http_400', status: 400 } satisfies ItemResult;
const coded = (code: string) => Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code });

describe('the result of what a handler throws', () => {
  it.each([
    ['a DeliveryError', new DeliveryError(refused)],
    ['one that is the cause', new Error('fetch failed', { cause: new DeliveryError(refused) })],
    ['one at the bottom', new Error('a', { cause: new Error('b', { cause: new DeliveryError(refused) }) })],
  ])('is what %s says', (_, error) => {
    expect(resultOf(error)).toBe(refused);
  });

  it.each([
    ['a connection that failed', coded('ECONNREFUSED'), 'connection_refused'],
    ['a failed connection below', new Error('a', { cause: coded('ENOTFOUND') }), 'name_not_found'],
    ['a certificate', coded('CERT_HAS_EXPIRED'), 'tls'],
    ['a bug', new TypeError("cannot read 'password' of undefined"), 'handler_error'],
    ['an unknown code', coded('ERR_INVALID_ARG_TYPE'), 'handler_error'],
    ['a text', 'secret', 'handler_error'],
    ['nothing', undefined, 'handler_error'],
  ])('is to try again, with a code and not a word of %s', (_, error, reason) => {
    expect(resultOf(error)).toEqual({ kind: 'retry', reason, cause: error });
  });
});
