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

/** What the first start made, to be printed once; key and token are stored hashed and never logged. */
export interface Made {
  readonly writeKey: string;
  readonly adminToken: string;
}

/** To be injected: pending while Postgres is away, undefined when the database had its first rows already. */
export class Bootstrapped {
  constructor(readonly made: Promise<Made | undefined>) {}
}

export type BootstrapConfig = Pick<
  Config,
  'BOOTSTRAP_WRITE_KEY' | 'BOOTSTRAP_ADMIN_TOKEN' | 'BOOTSTRAP_WEBHOOK_URL'
>;

/**
 * Makes a workspace, a source, a write key and an admin token in a database that has no workspace (DESIGN 5.7), with the
 * console as a destination on request. Instances that start at once make one set between them.
 */
export function bootstrap(
  dataSource: DataSource,
  config: BootstrapConfig,
  options: { readonly console: boolean },
): Promise<Made | undefined> {
  return dataSource.transaction(async (manager) => {
    await lockUntilCommit(manager, 'bootstrap');
    if (await manager.exists(Workspace)) return undefined;
    const writeKey = config.BOOTSTRAP_WRITE_KEY ?? randomText(32);
    const adminToken = config.BOOTSTRAP_ADMIN_TOKEN ?? `trb_${randomText(40)}`;
    const source = await makeTenant(manager, writeKey);
    await makeAdminToken(manager, adminToken);
    if (options.console)
      await makeDestination(manager, source, { type: 'console', name: 'Console', settings: {} });
    const url = config.BOOTSTRAP_WEBHOOK_URL;
    if (url !== undefined) {
      await makeDestination(manager, source, { type: 'webhook', name: 'Webhook', settings: { url } });
    }
    return { writeKey, adminToken };
  });
}

interface NewSource {
  readonly id: string;
  readonly workspaceId: string;
}

async function makeTenant(manager: EntityManager, writeKey: string): Promise<NewSource> {
  const source = { id: newId('src'), workspaceId: newId('wsp'), name: 'Default' };
  const hashed = { hash: hashOf(writeKey), prefix: prefixOf(writeKey) };
  await manager.insert(Workspace, { id: source.workspaceId, name: 'Default' });
  await manager.insert(SourceRow, source);
  await manager.insert(WriteKey, { id: newId('wkey'), sourceId: source.id, name: 'Default', ...hashed });
  return source;
}

async function makeAdminToken(manager: EntityManager, token: string): Promise<void> {
  const hashed = { hash: hashOf(token), prefix: prefixOf(token) };
  await manager.insert(AdminToken, { id: newId('tok'), name: 'Default', role: 'instance-admin', ...hashed });
}

async function makeDestination(
  manager: EntityManager,
  source: NewSource,
  destination: Pick<Destination, 'type' | 'name' | 'settings'>,
): Promise<void> {
  const id = newId('dst');
  await manager.insert(Destination, { id, workspaceId: source.workspaceId, ...destination });
  await manager.insert(Connection, { id: newId('con'), sourceId: source.id, destinationId: id });
}
