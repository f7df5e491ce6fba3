import { type Connection } from '../../../database/entities/connection.entity.js';
import { type Destination } from '../../../database/entities/destination.entity.js';
import { type SourceRow } from '../../../database/entities/source.entity.js';
import { type WriteKey } from '../../../database/entities/write-key.entity.js';
import { type ConnectionEntryDto, type DestinationEntryDto } from '../document/destination-entry.dto.js';
import { grouped } from '../../changes/grouped.js';
import { keyHashOf } from './key-values.js';
import { type Pair, type Pairing, pairUp } from './pairing.js';
import { type SourceEntryDto, type WriteKeyEntryDto } from '../document/source-entry.dto.js';
import { type StoredWorkspace } from './stored-workspace.js';
import { type ApplyDocumentDto } from '../document/workspace-document.dto.js';

export type SourcePair = Pair<SourceEntryDto, SourceRow>;
export type KeyPair = Pair<WriteKeyEntryDto, WriteKey> & { readonly source: SourcePair };
export type DestinationPair = Pair<DestinationEntryDto, Destination>;

/** Ids by name; undefined for an entry that is not created yet. */
export type Ends = ReadonlyMap<string, string | undefined>;

/** Which entry of the document stands for which row, and which rows are surplus. */
export interface Plan {
  readonly sources: Pairing<SourceEntryDto, SourceRow>;
  readonly keys: { readonly pairs: readonly KeyPair[]; readonly surplus: readonly WriteKey[] };
  readonly destinations: Pairing<DestinationEntryDto, Destination>;
  /** Sources and destinations that connections may name. */
  readonly ends: { readonly sources: Ends; readonly destinations: Ends };
  readonly connections: Pairing<ConnectionEntryDto, Connection>;
}

export function planOf(document: ApplyDocumentDto, stored: StoredWorkspace): Plan {
  const sources = pairUp('/sources', document.sources, stored.sources);
  const destinations = pairUp('/destinations', document.destinations, stored.destinations);
  const sourceEnds = document.sources ? endsIn(sources.pairs) : endsOf(stored.sources);
  const destinationEnds = document.destinations ? endsIn(destinations.pairs) : endsOf(stored.destinations);
  return {
    sources,
    keys: keysOf(sources.pairs, stored.keys),
    destinations,
    ends: { sources: sourceEnds, destinations: destinationEnds },
    connections: connectionsOf(document, stored, { sources: sourceEnds, destinations: destinationEnds }),
  };
}

const endsIn = (pairs: readonly (SourcePair | DestinationPair)[]): Ends =>
  new Map(pairs.map(({ entry, row }) => [entry.name, row?.id]));

const endsOf = (rows: readonly { readonly id: string; readonly name: string }[]): Ends =>
  new Map(rows.map(({ id, name }) => [name, id]));

function keysOf(sources: readonly SourcePair[], keys: readonly WriteKey[]): Plan['keys'] {
  const bySource = grouped(keys, ({ sourceId }) => sourceId);
  const pairings = sources.map((source) => {
    const stored = source.row === undefined ? [] : (bySource.get(source.row.id) ?? []);
    const { pairs, surplus } = pairUp(`${source.pointer}/writeKeys`, source.entry.writeKeys, stored);
    const replaced = pairs.filter(isReplaced).flatMap(({ row }) => row ?? []);
    const remaining = pairs.map((pair) => ({
      ...pair,
      source,
      row: isReplaced(pair) ? undefined : pair.row,
    }));
    return { pairs: remaining, surplus: [...surplus, ...replaced] };
  });
  return {
    pairs: pairings.flatMap(({ pairs }) => pairs),
    surplus: pairings.flatMap(({ surplus }) => surplus),
  };
}

/** Another hash means another key, without usage counts. The old key is deleted. */
function isReplaced({ entry, row }: Pair<WriteKeyEntryDto, WriteKey>): boolean {
  const hash = keyHashOf(entry);
  return row !== undefined && hash !== undefined && !row.hash.equals(hash);
}

/** Matches connections by source and destination, and ignores their ids. */
function connectionsOf(
  { connections }: ApplyDocumentDto,
  stored: StoredWorkspace,
  ends: Plan['ends'],
): Plan['connections'] {
  if (connections === undefined) return { pairs: [], surplus: [] };
  const rows = new Map(stored.connections.map((row) => [`${row.sourceId} ${row.destinationId}`, row]));
  const pairs = connections.map((entry, index) => {
    const key = `${ends.sources.get(entry.source)} ${ends.destinations.get(entry.destination)}`;
    const row = rows.get(key);
    rows.delete(key);
    return { entry, pointer: `/connections/${index}`, row };
  });
  return { pairs, surplus: [...rows.values()] };
}
