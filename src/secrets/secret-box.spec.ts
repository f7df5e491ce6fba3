import { describe, expect, it } from 'vitest';
import { aKey } from '../../test/support/secret-keys.js';
import { SecretBox } from './secret-box.js';
import { DamagedSecret, NoSecretKey, UnknownSecretKey } from './secret-errors.js';

const [first, second] = [aKey('first'), aKey('second')];
const box = new SecretBox([first, second]);
const TEXT = '{"secret":"canary ✓"}';

/** The sealed text with one part replaced. */
function damaged(sealed: string, part: number, change: (text: string) => string): string {
  return sealed
    .split('.')
    .map((text, index) => (index === part ? change(text) : text))
    .join('.');
}

const flipFirst = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);

describe('SecretBox', () => {
  it('opens what it sealed, for the same row', () => {
    expect(box.open(box.seal(TEXT, 'dst_1'), 'dst_1')).toBe(TEXT);
    expect(box.open(box.seal('', 'dst_1'), 'dst_1')).toBe('');
  });

  it('seals under the first key and names it in the text', () => {
    expect(box.keyId).toBe(first.id);
    expect(box.seal(TEXT, 'dst_1')).toMatch(new RegExp(`^v1\\.${first.id}\\.[\\w-]{16}\\.[\\w-]+$`));
    expect(first.id).toMatch(/^[0-9a-f]{8}$/);
  });

  it('never seals a text to the same result twice', () => {
    const sealed = Array.from({ length: 100 }, () => box.seal(TEXT, 'dst_1').split('.').slice(2));
    expect(new Set(sealed.map(([iv]) => iv)).size).toBe(100);
    expect(new Set(sealed.map(([, rest]) => rest)).size).toBe(100);
  });

  it('reveals nothing of the text', () => {
    const sealed = box.seal(TEXT, 'dst_1').split('.').at(-1)!;
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain('canary');
  });

  it('opens under any of its keys, and recognises a text that is not under the first', () => {
    const old = new SecretBox([second]).seal(TEXT, 'dst_1');
    expect(box.open(old, 'dst_1')).toBe(TEXT);
    expect([box.isCurrent(old), box.isCurrent(box.seal(TEXT, 'dst_1'))]).toEqual([false, true]);
  });

  it('names the missing key, and nothing else', () => {
    const sealed = new SecretBox([aKey('third')]).seal(TEXT, 'dst_1');
    const open = () => box.open(sealed, 'dst_1');
    expect(open).toThrow(UnknownSecretKey);
    expect(open).toThrow(aKey('third').id);
  });

  const sealed = box.seal(TEXT, 'dst_1');
  it.each([
    ['moved to another row', sealed, 'dst_2'],
    ['with another initialisation vector', damaged(sealed, 2, flipFirst), 'dst_1'],
    ['with a changed text', damaged(sealed, 3, flipFirst), 'dst_1'],
    ['with a shorter tag', damaged(sealed, 3, (text) => text.slice(0, -2)), 'dst_1'],
    ['cut to less than a tag', damaged(sealed, 3, (text) => text.slice(0, 10)), 'dst_1'],
    ['under the name of another key', damaged(sealed, 1, () => second.id), 'dst_1'],
    ['of another version', damaged(sealed, 0, () => 'v2'), 'dst_1'],
    ['with a further part', `${sealed}.x`, 'dst_1'],
    ['that is empty', '', 'dst_1'],
    ['that is the text itself', TEXT, 'dst_1'],
  ])('refuses a text %s', (_what, text, owner) => {
    expect(() => box.open(text, owner)).toThrow(DamagedSecret);
    expect(() => box.open(text, owner)).not.toThrow(/canary/);
  });

  it('seals nothing without a key', () => {
    const empty = new SecretBox([]);
    expect(() => empty.seal(TEXT, 'dst_1')).toThrow(NoSecretKey);
    expect(() => empty.open(sealed, 'dst_1')).toThrow(UnknownSecretKey);
    expect([empty.keyId, empty.isCurrent(sealed)]).toEqual([undefined, false]);
  });
});
