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
import { type ProblemPart } from '../../problems/problem.js';
import { keyHashOf } from './key-values.js';
import { type Pairing } from './pairing.js';
import { type Plan } from './plan.js';

interface Rows<Row extends ObjectLiteral> {
  readonly entity: EntityTarget<Row>;
  /** Rows that this change deletes, which frees their ids. */
  readonly freed: readonly { readonly id: string }[];
}

/** Ids and keys of new entries that another row of the instance already has, in any workspace. */
export async function conflictsOf(manager: EntityManager, plan: Plan): Promise<ProblemPart[]> {
  const { sources, keys, destinations, connections } = plan;
  const deletedIds = new Set(sources.surplus.map(({ id }) => id));
  const deletedKeys = await manager.findBy(WriteKey, { sourceId: Any([...deletedIds]) });
  const freedKeys = [...keys.surplus, ...deletedKeys];
  return [
    ...(await takenIds(manager, sources, { entity: SourceRow, freed: sources.surplus })),
    ...(await takenIds(manager, keys, { entity: WriteKey, freed: freedKeys })),
    ...(await takenIds(manager, destinations, { entity: Destination, freed: destinations.surplus })),
    ...(await takenIds(manager, connections, { entity: Connection, freed: connections.surplus })),
    ...(await takenKeys(manager, keys.pairs, freedKeys)),
  ];
}

async function takenIds<Row extends ObjectLiteral & { id: string }>(
  manager: EntityManager,
  { pairs }: Pairing<{ readonly id?: string }, unknown>,
  { entity, freed }: Rows<Row>,
): Promise<ProblemPart[]> {
  const requested = pairs.filter(({ row, entry }) => row === undefined && entry.id !== undefined);
  const where = { id: Any(requested.map(({ entry }) => entry.id)) } as FindOptionsWhere<Row>;
  const taken = new Set((await manager.findBy(entity, where)).map(({ id }) => id));
  for (const { id } of freed) taken.delete(id);
  return requested
    .filter(({ entry }) => taken.has(entry.id ?? ''))
    .map(({ entry, pointer }) => ({
      pointer: `${pointer}/id`,
      detail: `Another resource has the id ${entry.id}`,
    }));
}

async function takenKeys(
  manager: EntityManager,
  pairs: Plan['keys']['pairs'],
  freed: readonly { readonly id: string }[],
): Promise<ProblemPart[]> {
  const requested = pairs.flatMap(({ entry, pointer, row }) => {
    const hash = row === undefined ? keyHashOf(entry) : undefined;
    const field = entry.value === undefined ? 'hash' : 'value';
    return hash === undefined ? [] : [{ hash, pointer: `${pointer}/${field}` }];
  });
  const rows = await manager.findBy(WriteKey, { hash: Any(requested.map(({ hash }) => hash)) });
  const deletedIds = new Set(freed.map(({ id }) => id));
  const taken = new Set(rows.filter(({ id }) => !deletedIds.has(id)).map(({ hash }) => hash.toString('hex')));
  return requested
    .filter(({ hash }) => taken.has(hash.toString('hex')))
    .map(({ pointer }) => ({ pointer, detail: 'This write key exists already, perhaps as a revoked one' }));
}
