import { type Request } from 'express';
import { type AdminRole } from '../../database/entities/admin-token.entity.js';

/** Who asks, by the token they brought. */
export interface Actor {
  readonly tokenId: string;
  readonly tokenName: string;
  readonly role: AdminRole;
  /** The only workspace this token reaches; null for an instance admin. */
  readonly workspaceId: string | null;
}

/** A request to the administration: the body's middleware leaves a fault there, the guard then the actor. */
export interface AdminRequest extends Request {
  actor?: Actor;
  /** Why the body could not be read; raised only once the caller is known. */
  bodyFault?: Error;
}

const RANK: Record<AdminRole, number> = { 'workspace-viewer': 1, 'workspace-admin': 2, 'instance-admin': 3 };

/** Whether a role may do what another may. */
export const includes = (role: AdminRole, needed: AdminRole): boolean => RANK[role] >= RANK[needed];

/** Whether a workspace is there at all for somebody: to others it does not exist. */
export const reaches = (actor: Actor, workspaceId: string): boolean =>
  actor.workspaceId === null || actor.workspaceId === workspaceId;
