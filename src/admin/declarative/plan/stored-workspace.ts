import { Any, type EntityManager, IsNull } from 'typeorm';
import { Connection } from '../../../database/entities/connection.entity.js';
import { Destination } from '../../../database/entities/destination.entity.js';
import { SourceRow } from '../../../database/entities/source.entity.js';
import { Workspace } from '../../../database/entities/workspace.entity.js';
import { WriteKey } from '../../../database/entities/write-key.entity.js';
import { connectionsOf } from '../../connections/connections.js';

/** The rows that a workspace's document describes, sorted by name. Revoked keys are history and not part of it. */
export interface StoredWorkspace {
  readonly workspace: Workspace;
  readonly sources: readonly SourceRow[];
  readonly keys: readonly WriteKey[];
  readonly destinations: readonly Destination[];
  readonly connections: readonly Connection[];
}

export async function storedWorkspace(manager: EntityManager, workspaceId: string): Promise<StoredWorkspace> {
  const workspace = await manager.findOneByOrFail(Workspace, { id: workspaceId });
  const sources = await manager.findBy(SourceRow, { workspaceId });
  const ofSources = { sourceId: Any(sources.map(({ id }) => id)), revokedAt: IsNull() };
  const keys = await manager.findBy(WriteKey, ofSources);
  const destinations = await manager.findBy(Destination, { workspaceId });
  const connections = await manager.findBy(Connection, connectionsOf(workspaceId));
  return {
    workspace,
    sources: sorted(sources, ({ name }) => name),
    keys: sorted(keys, ({ name }) => name),
    destinations: sorted(destinations, ({ name }) => name),
    connections: sorted(connections, ({ id }) => id),
  };
}

/** Sorts by a text in the order of its code units, which is the same under every locale. */
export function sorted<T>(list: readonly T[], textOf: (item: T) => string): T[] {
  return list.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0));
}
