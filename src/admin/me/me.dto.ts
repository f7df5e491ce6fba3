import { type AdminRole } from '../../database/entities/admin-token.entity.js';

export class MyWorkspaceDto {
  /** @example wsp_0Uq3b2VtZ8kQ1x7mYd4HpR */
  id!: string;

  /** @example Acme */
  name!: string;
}

export class MeDto {
  /**
   * Id of the token.
   * @example tok_0Uq3b2VtZ8kQ1x7mYd4HpR
   */
  id!: string;

  /**
   * Name of the token, as the audit log tells it.
   * @example 'Deployment pipeline'
   */
  name!: string;

  /**
   * What it may do.
   * @example workspace-viewer
   */
  role!: AdminRole;

  /** The only workspace it reaches; null for an instance admin, who reaches all. */
  workspace!: MyWorkspaceDto | null;

  /**
   * When it stops working; null for never.
   * @example 2031-01-01T00:00:00.000Z
   */
  expiresAt!: Date | null;
}
