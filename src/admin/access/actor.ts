import { type Request } from 'express';
import { type AdminRole } from '../../database/entities/admin-token.entity.js';

/** The caller, as its admin token identifies it. */
export interface Actor {
  readonly tokenId: string;
  readonly tokenName: string;
  readonly role: AdminRole;
  /** The only workspace that the token can access; null for an instance admin. */
  readonly workspaceId: string | null;
  readonly expiresAt: Date | null;
}

/** A request to the administration. `CheckToken` sets `actor`, then `ReadBody` sets `body` or `bodyFault`. */
export interface AdminRequest extends Request {
  actor?: Actor;
  /** Why the body could not be read. Reported after the workspace and the role were checked. */
  bodyFault?: Error;
}

const RANK: Record<AdminRole, number> = { 'workspace-viewer': 1, 'workspace-admin': 2, 'instance-admin': 3 };

/** Whether a role has all permissions of another. */
export const includes = (role: AdminRole, needed: AdminRole): boolean => RANK[role] >= RANK[needed];

/** Whether a caller can access a workspace. To any other caller the workspace does not exist. */
export const reaches = (actor: Actor, workspaceId: string): boolean =>
  actor.workspaceId === null || actor.workspaceId === workspaceId;
