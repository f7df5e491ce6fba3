import { AdminToken } from '../../src/database/entities/admin-token.entity.js';
import { AuditRecord } from '../../src/database/entities/audit-record.entity.js';
import { Connection } from '../../src/database/entities/connection.entity.js';
import { DeadLetter } from '../../src/database/entities/dead-letter.entity.js';
import { Destination } from '../../src/database/entities/destination.entity.js';
import { Replay } from '../../src/database/entities/replay.entity.js';
import { SourceRow } from '../../src/database/entities/source.entity.js';
import { Workspace } from '../../src/database/entities/workspace.entity.js';
import { WriteKey } from '../../src/database/entities/write-key.entity.js';
import { hashOf } from '../../src/database/credential.js';
import { newId, randomText } from '../../src/database/new-id.js';
import { type Admin } from './admin-app.js';

/** A workspace with one of everything, and a value for each parameter that a path may have. */
export interface World {
  readonly workspaceId: string;
  readonly sourceId: string;
  readonly writeKeyId: string;
  readonly destinationId: string;
  readonly connectionId: string;
  readonly replayId: string;
  readonly deadLetterId: string;
  readonly tokenId: string;
  /** For paths outside of a workspace. */
  readonly instanceTokenId: string;
  readonly auditId: string;
  readonly type: string;
  readonly path: string;
  readonly writeKey: string;
  readonly adminToken: string;
  readonly viewerToken: string;
}

/** A dead letter of an event of its own. */
const DEAD_LETTER = {
  origin: 'tributary.events/0/0',
  messageId: 'message-1',
  eventType: 'track',
  eventName: 'Order Completed',
  event: '{"type":"track","messageId":"message-1","event":"Order Completed"}',
  reason: 'http_400',
  attempts: 1,
  firstFailedAt: new Date(),
};

/** Makes one, straight in the database. The destination calls `url`. */
export async function makeWorld(admin: Admin, url: string): Promise<World> {
  const name = randomText(12);
  const ids = await makeResources(admin, name, url);
  const audited = { resourceType: 'workspace', resourceId: ids.workspaceId, action: 'create' };
  const by = { tokenId: 'tok_0', tokenName: 'Deployment pipeline' };
  const auditId = newId('aud');
  const { manager } = admin.dataSource;
  await manager.insert(AuditRecord, { id: auditId, workspaceId: ids.workspaceId, ...audited, ...by });
  const adminToken = await admin.addToken(`admin-${name}`, 'workspace-admin', ids.workspaceId);
  const viewerToken = await admin.addToken(`viewer-${name}`, 'workspace-viewer', ids.workspaceId);
  const instanceToken = await admin.addToken(`instance-${name}`, 'instance-admin', null);
  const idOf = async (token: string): Promise<string> =>
    (await manager.findOneByOrFail(AdminToken, { hash: hashOf(token) })).id;
  return {
    ...ids,
    auditId,
    tokenId: await idOf(viewerToken),
    instanceTokenId: await idOf(instanceToken),
    type: 'webhook',
    path: 'nothing-here',
    writeKey: name,
    adminToken,
    viewerToken,
  };
}

async function makeResources({ dataSource: { manager } }: Admin, name: string, url: string) {
  const [workspaceId, sourceId, writeKeyId] = [newId('wsp'), newId('src'), newId('wkey')];
  const [destinationId, connectionId, deadLetterId] = [newId('dst'), newId('con'), newId('dl')];
  await manager.insert(Workspace, { id: workspaceId, name });
  await manager.insert(SourceRow, { id: sourceId, workspaceId, name });
  await manager.insert(WriteKey, { id: writeKeyId, sourceId, name, hash: hashOf(name), prefix: 'abc' });
  const webhook = { type: 'webhook', settings: { url } };
  await manager.insert(Destination, { id: destinationId, workspaceId, name, ...webhook });
  await manager.insert(Connection, { id: connectionId, sourceId, destinationId });
  await manager.insert(DeadLetter, { id: deadLetterId, sourceId, destinationId, ...DEAD_LETTER });
  const replayId = newId('rpl');
  const criteria = { from: '2026-11-21T08:00:00.000Z', to: '2026-11-21T10:00:00.000Z', onlyFailed: false };
  const plan = { ranges: [], total: 0, until: criteria.to };
  await manager.insert(Replay, {
    id: replayId,
    workspaceId,
    destinationId,
    criteria,
    plan,
    state: 'running',
  });
  return { workspaceId, sourceId, writeKeyId, destinationId, connectionId, replayId, deadLetterId };
}

/** The path with the world's ids in place of its parameters; throws for a parameter that no world has. */
export function pathIn(world: World, path: string): string {
  const values = new Map(Object.entries(world) as [string, string][]);
  if (!path.includes(':workspaceId')) values.set('tokenId', world.instanceTokenId);
  return path.replace(/[:*](\w+)/g, (_, name: string) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`makeWorld knows no ${name}: add it there`);
    return value;
  });
}
