import { isDeepStrictEqual } from 'node:util';
import { type Connection } from '../../../database/entities/connection.entity.js';
import { type SourceRow } from '../../../database/entities/source.entity.js';
import { type WriteKey } from '../../../database/entities/write-key.entity.js';
import { type ConnectionEntryDto } from '../document/destination-entry.dto.js';
import { keyFields, restrictions } from './key-values.js';
import { type Pair } from './pairing.js';
import { type SourceEntryDto, type WriteKeyEntryDto } from '../document/source-entry.dto.js';

/**
 * What has to be written: first what is there and differs, then what has to be made. A document that a pipeline applies again
 * and again is equal nearly everywhere, and each question to the database would keep other administrators waiting. Where a
 * difference is one of spelling only, the service finds that there is none.
 */
export function toWrite<Entry, Row, P extends Pair<Entry, Row>>(
  pairs: readonly (P & Pair<Entry, Row>)[],
  differs: (row: Row, entry: Entry) => boolean,
): readonly P[] {
  const present = pairs.filter(({ entry, row }) => row !== undefined && differs(row, entry));
  return [...present, ...pairs.filter(({ row }) => row === undefined)];
}

export const sourceDiffers = (row: SourceRow, { name, enabled = true }: SourceEntryDto): boolean =>
  row.name !== name || row.enabled !== enabled;

export const keyDiffers = (row: WriteKey, entry: WriteKeyEntryDto): boolean =>
  row.name !== entry.name || !isDeepStrictEqual(keyFields(row), restrictions(entry));

export const connectionDiffers = (row: Connection, { filter = null }: ConnectionEntryDto): boolean =>
  !isDeepStrictEqual(row.filter, filter);
