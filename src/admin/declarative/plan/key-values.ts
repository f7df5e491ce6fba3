import { hashOf, prefixOf } from '../../../database/credential.js';
import { WRITE_KEY_SCOPES, type WriteKey } from '../../../database/entities/write-key.entity.js';
import { type NewWriteKey } from '../../write-keys/write-keys.js';
import { type WriteKeyEntryDto } from '../document/source-entry.dto.js';

/** Hash of the key that an entry brings along; undefined when it brings none. */
export function keyHashOf({ hash, value }: WriteKeyEntryDto): Buffer | undefined {
  if (value !== undefined) return hashOf(value);
  return hash === undefined ? undefined : Buffer.from(hash.replace('sha256:', ''), 'hex');
}

/** All fields of a key but its name and value, so that one the entry leaves out gets its default. */
export function restrictions(entry: WriteKeyEntryDto) {
  const { scopes = [...WRITE_KEY_SCOPES], allowedOrigins = [], allowedCidrs = [] } = entry;
  const { rateLimit = null, expiresAt = null } = entry;
  return { scopes, allowedOrigins, allowedCidrs, rateLimit, expiresAt };
}

/** The same fields of a stored key. */
export function keyFields(row: WriteKey): ReturnType<typeof restrictions> {
  const { scopes, allowedOrigins, allowedCidrs, rateLimit, expiresAt } = row;
  return { scopes, allowedOrigins, allowedCidrs, rateLimit, expiresAt: expiresAt && expiresAt.toISOString() };
}

/** A key to be made of an entry that has a hash or a value. */
export function newKey(entry: WriteKeyEntryDto): NewWriteKey {
  const { id, name, value, prefix = value === undefined ? '' : prefixOf(value) } = entry;
  const hash = keyHashOf(entry);
  if (hash === undefined) throw new Error(`${name} is new and has no key`);
  return { name, hash, prefix, ...restrictions(entry), ...(id !== undefined && { id }) };
}
