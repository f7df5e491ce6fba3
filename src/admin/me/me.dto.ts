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
   * Name of the token, as the audit log shows it.
   * @example 'Deployment pipeline'
   */
  name!: string;

  /**
   * Role of the token.
   * @example workspace-viewer
   */
  role!: AdminRole;

  /** The only workspace that the token can access; null for an instance admin, who can access all. */
  workspace!: MyWorkspaceDto | null;

  /**
   * When the token expires; null for never.
   * @example 2031-01-01T00:00:00.000Z
   */
  expiresAt!: Date | null;
}
