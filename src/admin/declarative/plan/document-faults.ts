import { checkFilter } from '../../../destinations/filter/connection-filter.js';
import { pointerTo } from '../../../events/json-pointer.js';
import { type ProblemPart } from '../../problems/problem.js';
import { keyHashOf } from './key-values.js';
import { type KeyPair, type Plan } from './plan.js';

export const placed = (pointer: string, property: string): string => `${pointer}${pointerTo(property)}`;

/** Faults of the document itself, except settings: duplicates, and references to entries that do not exist. */
export function documentFaults(plan: Plan): ProblemPart[] {
  const { sources, keys, destinations, connections } = plan;
  const all = [...sources.pairs, ...keys.pairs, ...destinations.pairs, ...connections.pairs];
  return [
    ...repeated(sources.pairs, 'name', ({ entry }) => entry.name),
    ...repeated(keys.pairs, 'name', ({ entry, source }) => `${source.pointer} ${entry.name}`),
    ...repeated(destinations.pairs, 'name', ({ entry }) => entry.name),
    ...repeated(connections.pairs, 'destination', ({ entry }) =>
      JSON.stringify([entry.source, entry.destination]),
    ),
    ...repeated(all, 'id', ({ entry }) => entry.id),
    ...repeated(keys.pairs, 'hash', ({ entry }) => keyHashOf(entry)?.toString('hex')),
    ...keys.pairs.flatMap(keyFaults),
    ...connections.pairs.flatMap((pair) => connectionFaults(pair, plan.ends)),
  ];
}

function repeated<P extends { readonly pointer: string }>(
  pairs: readonly P[],
  field: string,
  textOf: (pair: P) => string | undefined,
): ProblemPart[] {
  const seen = new Set<string>();
  return pairs.flatMap((pair) => {
    const text = textOf(pair);
    const isNew = text === undefined || !seen.has(text);
    if (text !== undefined) seen.add(text);
    return isNew
      ? []
      : [{ pointer: `${pair.pointer}/${field}`, detail: `The document has this ${field} more than once` }];
  });
}

function keyFaults({ entry, pointer, row }: KeyPair): ProblemPart[] {
  const { hash, value, prefix } = entry;
  if (hash !== undefined && value !== undefined)
    return [{ pointer: `${pointer}/value`, detail: 'Send the hash of a write key or its value, not both' }];
  if (prefix !== undefined && hash === undefined)
    return [{ pointer: `${pointer}/prefix`, detail: 'prefix is allowed only with hash' }];
  if (row !== undefined || hash !== undefined || value !== undefined) return [];
  const detail = 'A new write key needs a hash or a value: a random one would never be shown';
  return [{ pointer, detail }];
}

function connectionFaults(
  { entry, pointer }: Plan['connections']['pairs'][number],
  ends: Plan['ends'],
): ProblemPart[] {
  const { source, destination, filter } = entry;
  const checked = filter ? checkFilter(filter) : undefined;
  const faults = checked !== undefined && 'faults' in checked ? checked.faults : [];
  return [
    ...(ends.sources.has(source)
      ? []
      : [{ pointer: `${pointer}/source`, detail: `There is no source ${source}` }]),
    ...(ends.destinations.has(destination)
      ? []
      : [{ pointer: `${pointer}/destination`, detail: `There is no destination ${destination}` }]),
    ...faults.map(({ pointer: inside, detail }) => ({ pointer: `${pointer}/filter${inside}`, detail })),
  ];
}
