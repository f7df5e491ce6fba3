import { type DataSource, type EntityManager } from 'typeorm';
import { type Config } from '../config/config.js';
import { lockUntilCommit } from './connection/advisory-lock.js';
import { hashOf, prefixOf } from './credential.js';
import { AdminToken } from './entities/admin-token.entity.js';
import { Connection } from './entities/connection.entity.js';
import { Destination } from './entities/destination.entity.js';
import { SourceRow } from './entities/source.entity.js';
import { Workspace } from './entities/workspace.entity.js';
import { WriteKey } from './entities/write-key.entity.js';
import { newId, randomText } from './new-id.js';

/** Credentials created by the first start. They are shown once: the database has their hashes only, and no log line has them. */
export interface FirstCredentials {
  readonly writeKey: string;
  readonly adminToken: string;
}

/** A destination that the first start creates and connects to the first source. */
export type FirstDestination = Pick<Destination, 'type' | 'name' | 'settings'>;

/** Injectable result of the bootstrap: pending while Postgres is away, undefined when the database had a workspace already. */
export class Bootstrapped {
  constructor(readonly credentials: Promise<FirstCredentials | undefined>) {}
}

export type BootstrapConfig = Pick<Config, 'BOOTSTRAP_WRITE_KEY' | 'BOOTSTRAP_ADMIN_TOKEN'>;

/**
 * Creates a workspace, a source, a write key, an admin token and the given destinations in a database without a workspace
 * (DESIGN 5.7). One transaction under a lock, so instances that start at the same time create one set together.
 */
export function bootstrap(
  dataSource: DataSource,
  config: BootstrapConfig,
  destinations: readonly FirstDestination[] = [],
): Promise<FirstCredentials | undefined> {
  return dataSource.transaction(async (manager) => {
    await lockUntilCommit(manager, 'bootstrap');
    if (await manager.exists(Workspace)) return undefined;
    const writeKey = config.BOOTSTRAP_WRITE_KEY ?? randomText(32);
    const adminToken = config.BOOTSTRAP_ADMIN_TOKEN ?? `trb_${randomText(40)}`;
    const source = await createTenant(manager, writeKey);
    await createAdminToken(manager, adminToken);
    for (const destination of destinations) await createDestination(manager, source, destination);
    return { writeKey, adminToken };
  });
}

interface NewSource {
  readonly id: string;
  readonly workspaceId: string;
}

async function createTenant(manager: EntityManager, writeKey: string): Promise<NewSource> {
  const source = { id: newId('src'), workspaceId: newId('wsp'), name: 'Default' };
  const hashed = { hash: hashOf(writeKey), prefix: prefixOf(writeKey) };
  await manager.insert(Workspace, { id: source.workspaceId, name: 'Default' });
  await manager.insert(SourceRow, source);
  await manager.insert(WriteKey, { id: newId('wkey'), sourceId: source.id, name: 'Default', ...hashed });
  return source;
}

async function createAdminToken(manager: EntityManager, token: string): Promise<void> {
  const hashed = { hash: hashOf(token), prefix: prefixOf(token) };
  await manager.insert(AdminToken, { id: newId('tok'), name: 'Default', role: 'instance-admin', ...hashed });
}

async function createDestination(
  manager: EntityManager,
  source: NewSource,
  destination: FirstDestination,
): Promise<void> {
  const id = newId('dst');
  await manager.insert(Destination, { id, workspaceId: source.workspaceId, ...destination });
  await manager.insert(Connection, { id: newId('con'), sourceId: source.id, destinationId: id });
}
