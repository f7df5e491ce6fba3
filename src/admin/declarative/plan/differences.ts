import { isDeepStrictEqual } from 'node:util';
import { type Connection } from '../../../database/entities/connection.entity.js';
import { type SourceRow } from '../../../database/entities/source.entity.js';
import { type WriteKey } from '../../../database/entities/write-key.entity.js';
import { type ConnectionEntryDto } from '../document/destination-entry.dto.js';
import { keyFields, restrictions } from './key-values.js';
import { type Pair } from './pairing.js';
import { type SourceEntryDto, type WriteKeyEntryDto } from '../document/source-entry.dto.js';

/**
 * Entries to write: first existing rows that differ, then new ones. A document that a pipeline applies repeatedly is equal
 * nearly everywhere, and each query would extend the lock that other administrators wait for. Where only the spelling differs,
 * the service finds that nothing has changed.
 */
export function toWrite<Entry, Row, P extends Pair<Entry, Row>>(
  pairs: readonly (P & Pair<Entry, Row>)[],
  differs: (row: Row, entry: Entry) => boolean,
): readonly P[] {
  const changed = pairs.filter(({ entry, row }) => row !== undefined && differs(row, entry));
  return [...changed, ...pairs.filter(({ row }) => row === undefined)];
}

export const sourceDiffers = (row: SourceRow, { name, enabled = true }: SourceEntryDto): boolean =>
  row.name !== name || row.enabled !== enabled;

export const keyDiffers = (row: WriteKey, entry: WriteKeyEntryDto): boolean =>
  row.name !== entry.name || !isDeepStrictEqual(keyFields(row), restrictions(entry));

export const connectionDiffers = (row: Connection, { filter = null }: ConnectionEntryDto): boolean =>
  !isDeepStrictEqual(row.filter, filter);
