import { describe, expect, it } from 'vitest';
import { reasonOf } from './reason-of.js';

class StoreTimeout extends Error {
  override readonly name = 'StoreTimeout';
}
class Nameless extends Error {}

const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' });
const coded = (message: string, code: unknown) => Object.assign(new Error(message), { code });

describe('reasonOf', () => {
  it.each<[string, unknown, string]>([
    ['an error', new TypeError('fetch failed'), 'TypeError: fetch failed'],
    ['a class with a name of its own', new StoreTimeout('slow'), 'StoreTimeout: slow'],
    ['a class that sets no name', new Nameless('odd'), 'Nameless: odd'],
    ['an error without a message', new StoreTimeout(), 'StoreTimeout'],
    ['a text', 'just a text', 'just a text'],
    ['undefined', undefined, 'undefined'],
    ['a symbol', Symbol('x'), 'Symbol(x)'],
    ['an object without a text', Object.create(null), 'object'],
    ['the reason of an abort', AbortSignal.abort().reason, 'AbortError: This operation was aborted'],
  ])('names class and message: %s', (_, error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });

  it.each<[string, unknown, string]>([
    ['that the message does not name', coded('closed', 'UND_ERR_SOCKET'), 'Error (UND_ERR_SOCKET): closed'],
    ['that the message names', refused, 'Error: connect ECONNREFUSED 127.0.0.1:5432'],
    ['that is a number', coded('odd', 20), 'Error: odd'],
    ['that is no code', coded('odd', 'not a code'), 'Error: odd'],
  ])('adds a code unless it says nothing new: one %s', (_, error, reason) => {
    expect(reasonOf(error)).toBe(reason);
  });

  it('adds the cause', () => {
    const error = new TypeError('fetch failed', { cause: coded('other side closed', 'UND_ERR_SOCKET') });
    expect(reasonOf(error)).toBe(
      'TypeError: fetch failed; caused by Error (UND_ERR_SOCKET): other side closed',
    );
  });

  it('adds a cause that is no error', () => {
    expect(reasonOf(new Error('outer', { cause: 'inner' }))).toBe('Error: outer; caused by inner');
  });

  it('leaves out causes that only repeat what is there', () => {
    const error = new Error(`Postgres does not answer: ${refused.message}.`, { cause: refused });
    expect(reasonOf(error)).toBe('Error: Postgres does not answer: connect ECONNREFUSED 127.0.0.1:5432.');
    const deeper = new Error('outer', { cause: new Error('outer', { cause: refused }) });
    expect(reasonOf(deeper)).toBe('Error: outer; caused by Error: connect ECONNREFUSED 127.0.0.1:5432');
  });

  it('keeps a cause that repeats the message with a new code', () => {
    const error = new StoreTimeout('closed', { cause: coded('closed', 'EPIPE') });
    expect(reasonOf(error)).toBe('StoreTimeout: closed; caused by Error (EPIPE): closed');
  });

  it('takes the first error of several for the cause', () => {
    const several = Object.assign(new AggregateError([refused, new Error('other')]), {
      code: 'ECONNREFUSED',
    });
    expect(reasonOf(several)).toBe(
      'AggregateError (ECONNREFUSED); caused by Error: connect ECONNREFUSED 127.0.0.1:5432',
    );
  });

  it('ends with an error that is its own cause', () => {
    const error = new Error('round');
    error.cause = error;
    expect(reasonOf(error)).toBe('Error: round');
  });

  it('leaves out the other properties of an error, which may hold rows of a tenant', () => {
    const error = Object.assign(coded('duplicate key value', '23505'), {
      name: 'error',
      detail: 'Key (email)=(ann@example.com) already exists.',
      parameters: ['ann@example.com'],
    });
    expect(reasonOf(error)).toBe('Error (23505): duplicate key value');
  });

  it.each([
    ['postgres://ann:s3cret@db:5432/x is away', 'postgres://***@db:5432/x is away'],
    ['redis://:s3cret@db', 'redis://***@db'],
    ['https://s3cret@db/path', 'https://***@db/path'],
    ['redis://ann:s3/cr?e#t@db:6379', 'redis://***@db:6379'],
    ['redis://ann:s3cr@et/s3cret@db', 'redis://***@db'],
    ['redis://ann:12s3cret@db', 'redis://***@db'],
    ['"redis://ann:s3cret@db"', '"redis://***@db"'],
    ['GET https://host/a?key=s3cret&b=s3cret=#s3cret failed', 'GET https://host/a?key=***&b=*** failed'],
    ['https://host/a#token=s3cret', 'https://host/a#token=***'],
    ['GET /a?key=s3cret failed', 'GET /a?key=*** failed'],
    ['https://host:8443/users/@ann is well', 'https://host:8443/users/@ann is well'],
    ['https://host/a to b@example.com', 'https://host/a to b@example.com'],
  ])('masks passwords and query values: %s', (message, masked) => {
    expect(reasonOf(new StoreTimeout(message))).toBe(`StoreTimeout: ${masked}`);
    expect(reasonOf(message)).toBe(masked);
    expect(reasonOf(new Error('outer', { cause: new StoreTimeout(message) }))).toBe(
      `Error: outer; caused by StoreTimeout: ${masked}`,
    );
  });

  it('masks a password whose end lies beyond what is examined', () => {
    const query = `https://host/?a=${'x'.repeat(3_900)} `;
    const reason = reasonOf(`${query}redis://ann:${'s3cret'.repeat(30)}@db`);
    expect(reason).toBe('https://host/?a=*** …');
  });

  it('is one line', () => {
    expect(reasonOf(new Error('one\r\ntwo\u2028three\u0000four\u001b[31m'))).toBe(
      'Error: one two three four [31m',
    );
  });

  it('has at most 300 characters, of which the cause gets its part', () => {
    const reason = reasonOf(new Error('o'.repeat(500), { cause: new StoreTimeout('i'.repeat(500)) }));
    expect(reason).toHaveLength(300);
    expect(reason).toMatch(/^Error: o+…; caused by StoreTimeout: i+…$/);
    expect(reasonOf('x'.repeat(300))).toBe('x'.repeat(300));
    expect(reasonOf('x y'.repeat(100_000))).toHaveLength(300);
  });

  it('parts no character', () => {
    expect(reasonOf(`${'x'.repeat(298)}😀😀`)).toBe(`${'x'.repeat(298)}…`);
  });
});
