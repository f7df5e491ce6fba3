import {
  Any,
  type EntityManager,
  type EntityTarget,
  type FindOptionsWhere,
  type ObjectLiteral,
} from 'typeorm';
import { Connection } from '../../../database/entities/connection.entity.js';
import { Destination } from '../../../database/entities/destination.entity.js';
import { SourceRow } from '../../../database/entities/source.entity.js';
import { WriteKey } from '../../../database/entities/write-key.entity.js';
import { hashText, retiredElsewhere } from '../../changes/retired-identifiers.js';
import { type ProblemPart } from '../../problems/problem.js';
import { keyHashOf } from './key-values.js';
import { type Pairing } from './pairing.js';
import { type Plan } from './plan.js';

interface Rows<Row extends ObjectLiteral> {
  readonly entity: EntityTarget<Row>;
  /** Rows that this change deletes, which frees their ids. */
  readonly freed: readonly { readonly id: string }[];
}

/**
 * Ids and keys of new entries that another row of the instance already has, in any workspace, or that belonged to something
 * that another workspace has deleted.
 */
export async function conflictsOf(
  manager: EntityManager,
  workspaceId: string,
  plan: Plan,
): Promise<ProblemPart[]> {
  const { sources, keys, destinations, connections } = plan;
  const deletedIds = new Set(sources.surplus.map(({ id }) => id));
  const deletedKeys = await manager.findBy(WriteKey, { sourceId: Any([...deletedIds]) });
  const freedKeys = [...keys.surplus, ...deletedKeys];
  const place = { manager, workspaceId };
  return [
    ...(await takenIds(place, sources, { entity: SourceRow, freed: sources.surplus })),
    ...(await takenIds(place, keys, { entity: WriteKey, freed: freedKeys })),
    ...(await takenIds(place, destinations, { entity: Destination, freed: destinations.surplus })),
    ...(await takenIds(place, connections, { entity: Connection, freed: connections.surplus })),
    ...(await takenKeys(place, keys.pairs, freedKeys)),
  ];
}

interface Place {
  readonly manager: EntityManager;
  readonly workspaceId: string;
}

/** Reads the rows before the retired ids: an id that a change deletes in between is found in one of them. */
async function takenIds<Row extends ObjectLiteral & { id: string }>(
  { manager, workspaceId }: Place,
  { pairs }: Pairing<{ readonly id?: string }, unknown>,
  { entity, freed }: Rows<Row>,
): Promise<ProblemPart[]> {
  const requested = pairs.flatMap(({ row, entry: { id }, pointer }) =>
    row === undefined && id !== undefined ? [{ id, pointer }] : [],
  );
  const ids = requested.map(({ id }) => id);
  const rows = await manager.findBy(entity, { id: Any(ids) } as FindOptionsWhere<Row>);
  const retired = await retiredElsewhere(manager, workspaceId, ids);
  const taken = new Set(rows.map(({ id }) => id));
  for (const { id } of freed) taken.delete(id);
  return requested
    .filter(({ id }) => taken.has(id) || retired.has(id))
    .map(({ id, pointer }) => ({ pointer: `${pointer}/id`, detail: `Another resource has the id ${id}` }));
}

async function takenKeys(
  { manager, workspaceId }: Place,
  pairs: Plan['keys']['pairs'],
  freed: readonly { readonly id: string }[],
): Promise<ProblemPart[]> {
  const requested = pairs.flatMap(({ entry, pointer, row }) => {
    const hash = row === undefined ? keyHashOf(entry) : undefined;
    const field = entry.value === undefined ? 'hash' : 'value';
    return hash === undefined ? [] : [{ hash, text: hashText(hash), pointer: `${pointer}/${field}` }];
  });
  const rows = await manager.findBy(WriteKey, { hash: Any(requested.map(({ hash }) => hash)) });
  const texts = requested.map(({ text }) => text);
  const retired = await retiredElsewhere(manager, workspaceId, texts);
  const deletedIds = new Set(freed.map(({ id }) => id));
  const taken = new Set(rows.filter(({ id }) => !deletedIds.has(id)).map(({ hash }) => hashText(hash)));
  return requested
    .filter(({ text }) => taken.has(text) || retired.has(text))
    .map(({ pointer }) => ({ pointer, detail: 'This write key exists already, perhaps as a revoked one' }));
}
