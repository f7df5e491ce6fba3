import { describe, expect, it } from 'vitest';
import { writeKeyOf } from './write-key-of.js';

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

describe('writeKeyOf', () => {
  it.each<[string, string | undefined, unknown, string | undefined, string | undefined]>([
    ['the user name of Basic', basic('abc123:'), {}, undefined, 'abc123'],
    ['the example of the vendor', 'Basic YWJjMTIzOg==', {}, undefined, 'abc123'],
    ['Basic without a colon', 'Basic YWJjMTIz', {}, undefined, 'abc123'],
    ['Basic without padding', 'Basic YWJjMTIzOg', {}, undefined, 'abc123'],
    ['Basic whatever the case of its name', 'bASIC YWJjMTIzOg==', {}, undefined, 'abc123'],
    ['Basic with two blanks', 'Basic  YWJjMTIzOg==', {}, undefined, 'abc123'],
    ['Basic with a password, which is ignored', basic('abc123:pass:word'), {}, undefined, 'abc123'],
    ['Basic with a user name beyond ASCII', basic('clé:'), {}, undefined, 'clé'],
    ['the body of a single call', undefined, { writeKey: 'wk' }, undefined, 'wk'],
    [
      'the envelope of a batch',
      undefined,
      { writeKey: 'wk', batch: [{ writeKey: 'other' }] },
      undefined,
      'wk',
    ],
    [
      'the key all items share',
      undefined,
      { batch: [{ writeKey: 'wk' }, { writeKey: 'wk' }] },
      undefined,
      'wk',
    ],
    [
      'items beside one that is no object',
      undefined,
      { batch: [null, { writeKey: 'wk' }, 7] },
      undefined,
      'wk',
    ],
    [
      'no key when items differ',
      undefined,
      { batch: [{ writeKey: 'a' }, { writeKey: 'b' }] },
      undefined,
      undefined,
    ],
    ['no key when an item has none', undefined, { batch: [{ writeKey: 'a' }, {}] }, undefined, undefined],
    ['no key in an empty batch', undefined, { batch: [] }, undefined, undefined],
    ['the body beside Bearer', 'Bearer token', { writeKey: 'wk' }, undefined, 'wk'],
    ['nothing from Bearer alone', 'Bearer token', {}, undefined, undefined],
    ['the body when the user name is empty', basic(':secret'), { writeKey: 'wk' }, undefined, 'wk'],
    ['the body when Basic has nothing behind it', 'Basic', { writeKey: 'wk' }, undefined, 'wk'],
    ['the body when Basic is not base64', 'Basic a:b!', { writeKey: 'wk' }, undefined, 'wk'],
    ['the body when Basic is not text', 'Basic /////w==', { writeKey: 'wk' }, undefined, 'wk'],
    ['the address of a beacon', undefined, { batch: [{}] }, 'wk', 'wk'],
    ['the header before the address', basic('wk:'), {}, 'other', 'wk'],
    ['the body when the address has an empty key', undefined, { writeKey: 'wk' }, '', 'wk'],
    ['no key that is not text', undefined, { writeKey: 42 }, undefined, undefined],
    ['no key that is null', undefined, { writeKey: null }, undefined, undefined],
    ['no key that is empty', undefined, { writeKey: '' }, undefined, undefined],
    ['the header without the line feed of echo', basic('wk\n:'), {}, undefined, 'wk'],
    ['the header without the line feed of a file', basic('wk\r\n'), {}, undefined, 'wk'],
    ['the header without blanks', basic(' wk\t:'), {}, undefined, 'wk'],
    ['the body without the line feed of a file', undefined, { writeKey: 'wk\n' }, undefined, 'wk'],
    ['the address without its line feed', undefined, {}, 'wk\r\n', 'wk'],
    [
      'the key that items share but for a line feed',
      undefined,
      { batch: [{ writeKey: 'wk\n' }, { writeKey: 'wk' }] },
      undefined,
      'wk',
    ],
    ['the body when the user name is blank', basic(' \n:'), { writeKey: 'wk' }, undefined, 'wk'],
    ['no key that is a line feed', undefined, { writeKey: '\n' }, undefined, undefined],
    ['a key with a line feed inside, as it is', undefined, { writeKey: 'w\nk' }, undefined, 'w\nk'],
    ['nothing from a body that was not read', undefined, undefined, undefined, undefined],
    ['nothing from a body that is null', undefined, null, undefined, undefined],
    ['nothing from a list', undefined, [{ writeKey: 'wk' }], undefined, undefined],
    ['nothing from a batch that is no list', undefined, { batch: { writeKey: 'wk' } }, undefined, undefined],
  ])('finds %s', (_, authorization, body, query, key) => {
    expect(writeKeyOf(authorization, body, query).key).toBe(key);
  });

  it.each<[string, string | undefined, unknown, string | undefined, boolean]>([
    ['header and body agree', basic('wk:'), { writeKey: 'wk' }, undefined, false],
    ['header and body differ', basic('wk:'), { writeKey: 'other' }, undefined, true],
    ['header and items differ', basic('wk:'), { batch: [{ writeKey: 'other' }] }, undefined, true],
    ['address and body differ', undefined, { writeKey: 'other' }, 'wk', true],
    ['there is one key only', undefined, { writeKey: 'wk' }, undefined, false],
  ])('notices whether keys differ: %s', (_, authorization, body, query, mismatch) => {
    expect(writeKeyOf(authorization, body, query).mismatch).toBe(mismatch);
  });
});
