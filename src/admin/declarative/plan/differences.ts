import { isDeepStrictEqual } from 'node:util';
import { type Connection } from '../../../database/entities/connection.entity.js';
import { type SourceRow } from '../../../database/entities/source.entity.js';
import { type WriteKey } from '../../../database/entities/write-key.entity.js';
import { type ConnectionEntryDto } from '../document/destination-entry.dto.js';
import { keyFields, restrictions } from './key-values.js';
import { type Pair } from './pairing.js';
import { type SourceEntryDto, type WriteKeyEntryDto } from '../document/source-entry.dto.js';

/** Entries to write: existing rows that differ, and new ones. */
interface ToWrite<P, Row> {
  readonly changed: readonly (P & { readonly row: Row })[];
  readonly added: readonly P[];
}

/**
 * Finds the entries to write. A document that a pipeline applies repeatedly is equal nearly everywhere. Where only the spelling
 * differs, the service finds that nothing has changed.
 */
export function toWrite<Entry, Row, P extends Pair<Entry, Row>>(
  pairs: readonly (P & Pair<Entry, Row>)[],
  differs: (row: Row, entry: Entry) => boolean,
): ToWrite<P, Row> {
  return {
    changed: pairs.flatMap((pair) => {
      const { row, entry } = pair;
      return row !== undefined && differs(row, entry) ? [{ ...pair, row }] : [];
    }),
    added: pairs.filter(({ row }) => row === undefined),
  };
}

export const sourceDiffers = (row: SourceRow, { name, enabled = true }: SourceEntryDto): boolean =>
  row.name !== name || row.enabled !== enabled;

export const keyDiffers = (row: WriteKey, entry: WriteKeyEntryDto): boolean =>
  row.name !== entry.name || !isDeepStrictEqual(keyFields(row), restrictions(entry));

export const connectionDiffers = (row: Connection, { filter = null }: ConnectionEntryDto): boolean =>
  !isDeepStrictEqual(row.filter, filter);
