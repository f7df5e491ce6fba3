import { type KeyPolicy, policyIn, wholePolicy } from '../../../auth/keys/key-policy.js';
import { hashOf, prefixOf } from '../../../database/credential.js';
import { type WriteKey } from '../../../database/entities/write-key.entity.js';
import { type NewWriteKey } from '../../write-keys/write-keys.js';
import { type WriteKeyEntryDto } from '../document/source-entry.dto.js';

/** What a document says about a key besides its name and value. */
type KeyTerms = KeyPolicy & { readonly expiresAt: string | null };

/** Hash of the key in an entry; undefined when the entry has none. */
export function keyHashOf({ hash, value }: WriteKeyEntryDto): Buffer | undefined {
  if (value !== undefined) return hashOf(value);
  return hash === undefined ? undefined : Buffer.from(hash.replace('sha256:', ''), 'hex');
}

/** The terms in an entry. A field that is left out has its default: apply resets it. */
export const restrictions = ({ expiresAt = null, ...entry }: WriteKeyEntryDto): KeyTerms => ({
  ...wholePolicy(entry),
  expiresAt,
});

/** The terms of a stored key. */
export const keyFields = (row: WriteKey): KeyTerms => ({
  ...policyIn(row),
  expiresAt: row.expiresAt && row.expiresAt.toISOString(),
});

/** A key to insert, from an entry with a hash or a value. */
export function newKey(entry: WriteKeyEntryDto): NewWriteKey {
  const { id, name, value, prefix = value === undefined ? '' : prefixOf(value) } = entry;
  const hash = keyHashOf(entry);
  if (hash === undefined) throw new Error(`${name} is new and has no key`);
  return { name, hash, prefix, ...restrictions(entry), ...(id !== undefined && { id }) };
}
